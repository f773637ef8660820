using System.IO.Compression;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Oci.Compressing;

public class DecompressionTests
{
    [RequiresTheory(Needs.None, "gzip", "bzip2", "xz", "zstd")]
    [InlineData("gzip", CompressionKind.Gzip)]
    [InlineData("bzip2", CompressionKind.Bzip2)]
    [InlineData("xz", CompressionKind.Xz)]
    [InlineData("zstd", CompressionKind.Zstd)]
    public void What_the_system_tools_compress_is_read_back(string tool, CompressionKind kind)
    {
        foreach (var length in new[] { 0, 1, 1000, 3_000_000 })
        {
            var plain = SampleBytes.Mixed(length);
            var compressed = Run(tool, plain);

            SampleBytes.AssertSame(plain, Decompress(compressed, out var detected));
            Assert.Equal(kind, detected);
        }
    }

    [RequiresTheory(Needs.None, "gzip", "bzip2", "xz", "zstd")]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("xz")]
    [InlineData("zstd")]
    public void Several_members_one_after_another_are_one_stream(string tool)
    {
        var (first, second) = (SampleBytes.Mixed(200_000), SampleBytes.Mixed(5));

        var plain = Decompress([.. Run(tool, first), .. Run(tool, second)], out _);

        SampleBytes.AssertSame([.. first, .. second], plain);
    }

    [RequiresTheory(Needs.None, "gzip", "bzip2", "xz", "zstd")]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("xz")]
    [InlineData("zstd")]
    public void Truncated_and_damaged_data_is_told_in_one_line(string tool)
    {
        var whole = Run(tool, SampleBytes.Mixed(300_000));

        var truncated = Assert.Throws<BuildSharpException>(() => Decompress(whole[..^100], out _));
        Assert.Contains($"{tool} data is damaged or truncated", truncated.Message, StringComparison.Ordinal);

        var damaged = whole.ToArray();
        for (var i = damaged.Length / 2; i < (damaged.Length / 2) + 64; i++)
            damaged[i] ^= 0x5a;
        Assert.Throws<BuildSharpException>(() => Decompress(damaged, out _));
    }

    [Fact]
    public void Zeros_after_a_gzip_member_are_padding()
    {
        var plain = SampleBytes.Mixed(1000);

        SampleBytes.AssertSame(plain, Decompress([.. Gzip(plain), .. new byte[512]], out _));
    }

    [Fact]
    public void A_skippable_frame_begins_zstd_data()
    {
        var compressed = new MemoryStream();
        compressed.Write([0x5e, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
        using (var zstd = Compression.CreateZstd(compressed))
            zstd.Write("hello"u8);

        Assert.Equal("hello"u8.ToArray(), Decompress(compressed.ToArray(), out var kind));
        Assert.Equal(CompressionKind.Zstd, kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5000)]
    public void Plain_bytes_pass_unchanged(int length)
    {
        var plain = SampleBytes.Mixed(length);

        SampleBytes.AssertSame(plain, Decompress(plain, out var kind));
        Assert.Equal(CompressionKind.None, kind);
    }

    [Fact]
    public void A_bomb_is_stopped()
    {
        var compressed = new MemoryStream();
        using (var zstd = Compression.CreateZstd(compressed))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 200; i++)
                zstd.Write(zeros);
        }

        compressed.Position = 0;
        using var plain = Compression.OpenDecompressing(compressed);

        var error = Assert.Throws<BuildSharpException>(() => plain.CopyTo(Stream.Null));
        Assert.Contains("expands more than 1000 times", error.Message, StringComparison.Ordinal);
    }

    private static byte[] Decompress(byte[] data, out CompressionKind kind)
    {
        // One byte at a time at the start: a pipe may do that.
        using var input = new DribblingStream(data);
        using var plain = Compression.OpenDecompressing(input, out kind);
        var result = new MemoryStream();
        plain.CopyTo(result);
        return result.ToArray();
    }

    private static byte[] Gzip(byte[] plain)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal))
            gzip.Write(plain);
        return output.ToArray();
    }

    private static byte[] Run(string tool, byte[] plain)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory["in"], plain);
        Tool.Named("sh").Run(["-c", $"{tool} -c < {directory["in"]} > {directory["out"]}"]);
        return File.ReadAllBytes(directory["out"]);
    }

    private sealed class DribblingStream(byte[] data) : MemoryStream(data)
    {
        public override int Read(Span<byte> buffer) => base.Read(Position < 16 && buffer.Length > 0 ? buffer[..1] : buffer);
    }
}
