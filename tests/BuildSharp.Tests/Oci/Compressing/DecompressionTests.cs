using System.IO.Compression;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
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
        {
            damaged[i] ^= 0x5a;
        }

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
        {
            zstd.Write("hello"u8);
        }

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
            {
                zstd.Write(zeros);
            }
        }

        compressed.Position = 0;
        using var plain = Compression.OpenDecompressing(compressed);

        var error = Assert.Throws<BuildSharpException>(() => plain.CopyTo(Stream.Null));
        Assert.Contains("expands more than 1000 times", error.Message, StringComparison.Ordinal);
    }

    [RequiresTheory(Needs.None, "xz", "bzip2")]
    [InlineData("xz --check=none")]
    [InlineData("xz --check=crc32")]
    [InlineData("xz --check=crc64")]
    [InlineData("xz --check=sha256")]
    [InlineData("xz --block-size=20000 -T2")]
    [InlineData("xz --lzma2=dict=4KiB")]
    [InlineData("bzip2 -1")]
    public void Every_way_to_cut_data_off_is_noticed(string tool)
    {
        var plain = SampleBytes.Mixed(50_000);
        var whole = Run(tool, plain);
        SampleBytes.AssertSame(plain, Decompress(whole, out _));

        for (var length = 6; length < whole.Length; length += length < 64 || length > whole.Length - 64 ? 1 : 97)
        {
            var error = Assert.Throws<BuildSharpException>(() => Decompress(whole[..length], out _));
            Assert.Contains("is damaged or truncated", error.Message, StringComparison.Ordinal);
        }
    }

    [RequiresTheory(Needs.None, "xz", "bzip2")]
    [InlineData("xz --check=crc32")]
    [InlineData("xz --check=crc64")]
    [InlineData("xz --check=sha256")]
    [InlineData("bzip2")]
    public void A_damaged_byte_never_gives_other_plain_bytes(string tool)
    {
        var plain = SampleBytes.Mixed(300);
        var whole = Run(tool, plain);
        for (var at = 6; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0x11;
            try
            {
                // A few bits mean nothing.
                SampleBytes.AssertSame(plain, Decompress(damaged, out _));
            }
            catch (BuildSharpException)
            {
            }
        }
    }

    [RequiresFact(Needs.None, "xz")]
    public void Padding_between_and_after_xz_streams_is_skipped()
    {
        var plain = SampleBytes.Mixed(1000);
        var stream = Run("xz", plain);

        SampleBytes.AssertSame([.. plain, .. plain], Decompress([.. stream, .. new byte[8], .. stream, .. new byte[4]], out _));
        Assert.Throws<BuildSharpException>(() => Decompress([.. stream, .. new byte[3]], out _));
        Assert.Throws<BuildSharpException>(() => Decompress([.. stream, .. "rest"u8], out _));
    }

    [RequiresTheory(Needs.None, "xz", "zstd")]
    [InlineData("xz --lzma2=dict=1GiB", "the xz data needs a dictionary of 1024 MiB, and at most 256 are given; compress it again with xz -9")]
    [InlineData("xz --x86 --lzma2", "the xz data went through the filter x86, which cannot be undone here; compress it again with xz alone, without filters")]
    [InlineData("xz --delta=dist=4 --lzma2", "the xz data went through the filter delta, which cannot be undone here; compress it again with xz alone, without filters")]
    [InlineData("zstd --long=29", "the zstd data needs a window of more than 128 MiB; compress it again with at most --long=27")]
    public void Sound_data_that_is_not_read_says_why(string tool, string message)
    {
        var compressed = Run(tool, SampleBytes.Mixed(1000));

        Assert.Equal(message, Assert.Throws<UnsupportedCompressionException>(() => Decompress(compressed, out _)).Message);
    }

    [RequiresFact(Needs.None, "zstd")]
    public void Without_its_library_zstd_is_read_all_the_same()
    {
        var plain = SampleBytes.Mixed(3_000_000);
        var frame = Run("zstd", plain);
        SampleBytes.AssertSame([.. plain, .. plain], Read([.. frame, .. frame]));
        Assert.Throws<InvalidDataException>(() => Read(frame[..^7]));
        frame[frame.Length / 2] ^= 0x5a;
        Assert.Throws<InvalidDataException>(() => Read(frame));
        Assert.Throws<UnsupportedCompressionException>(() => Read(Run("zstd --long=29", plain)));

        static byte[] Read(byte[] data)
        {
            using var managed = new ManagedZstdStream(new DribblingStream(data));
            var result = new MemoryStream();
            managed.CopyTo(result);
            return result.ToArray();
        }
    }

    [RequiresTheory(Needs.None, "xz", "bzip2")]
    [InlineData("xz")]
    [InlineData("bzip2")]
    public void A_source_that_cannot_be_read_is_no_damaged_data(string tool)
    {
        using var plain = Compression.OpenDecompressing(new FailingStream(Run(tool, SampleBytes.Mixed(100_000))));

        Assert.Equal("the disk", Assert.Throws<IOException>(() => plain.CopyTo(Stream.Null)).Message);
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
        {
            gzip.Write(plain);
        }

        return output.ToArray();
    }

    private static byte[] Run(string tool, byte[] plain)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory["in"], plain);
        Tool.Named("sh").Run(["-c", $"{tool} -c < {directory["in"]} > {directory["out"]}"]);
        return File.ReadAllBytes(directory["out"]);
    }

    private sealed class FailingStream(byte[] data) : MemoryStream(data)
    {
        private const int LongestMagic = 6;

        public override int Read(byte[] buffer, int offset, int count) =>
            Position > LongestMagic ? throw new IOException("the disk") : base.Read(buffer, offset, Math.Min(count, LongestMagic + 1));
    }

    private sealed class DribblingStream(byte[] data) : MemoryStream(data)
    {
        public override int Read(Span<byte> buffer) => base.Read(Position < 16 && buffer.Length > 0 ? buffer[..1] : buffer);
    }
}
