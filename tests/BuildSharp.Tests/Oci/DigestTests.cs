using System.Security.Cryptography;
using System.Text;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Tests.Oci;

public class DigestTests
{
    // FIPS 180-2, appendix B.
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void The_examples_of_the_standard_hash_as_it_says(string text, string hex) =>
        Assert.Equal($"sha256:{hex}", Digest.Sha256(Encoding.ASCII.GetBytes(text)).ToString());

    [Theory]
    [InlineData("SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n")]
    [InlineData("sha512:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha256:../../../../../../../../../../../../../../../../../../../etc/shadow")]
    [InlineData("sha256:")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("sha256+b64u:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Text_that_is_no_digest_of_a_known_algorithm_is_refused(string text)
    {
        Assert.False(Digest.TryParse(text, out _));
        Assert.False(Digest.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }

    [Fact]
    public void Short_and_long_content_hash_as_the_platform_says()
    {
        var random = new Random(11);
        foreach (var length in Enumerable.Range(0, 260).Concat([4096, 65537, (1024 * 1024) - 1, 1024 * 1024]))
        {
            var content = new byte[length];
            random.NextBytes(content);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), Digest.Sha256(content).Hex);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256 * 1024)]
    [InlineData((3 * 256 * 1024) + 1)]
    public void A_stream_hashes_as_its_bytes_do_with_a_thread_and_without(int length)
    {
        var content = new byte[length];
        new Random(length).NextBytes(content);
        using var stream = new DigestingStream(Stream.Null);
        stream.Write(content);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), stream.Complete().Hex);
    }
}
