using System.Security.Cryptography;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Oci;

public class ManagedSha256Tests
{
    [Fact]
    public void The_hash_is_the_platforms_in_whatever_pieces_the_bytes_come()
    {
        var random = new Random(1234);
        for (var length = 0; length < 300; length++)
        {
            var content = new byte[length];
            random.NextBytes(content);
            var hash = new ManagedSha256();
            for (var done = 0; done < length;)
            {
                var piece = Math.Min(random.Next(1, 150), length - done);
                hash.Append(content.AsSpan(done, piece));
                done += piece;
            }

            Assert.Equal(SHA256.HashData(content), hash.Complete());
        }
    }
}
