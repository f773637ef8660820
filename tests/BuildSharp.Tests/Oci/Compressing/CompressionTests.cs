using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Oci.Compressing;

public class CompressionTests
{
    [RequiresTheory(Needs.None, "gzip", "zstd")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((1 << 20) - 1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(5_000_000)]
    public void The_system_tools_read_what_we_write(int length)
    {
        var plain = SampleBytes.Mixed(length);

        SampleBytes.AssertSame(plain, Run("gzip", Write(plain, output => Compression.CreateGzip(output))));
        SampleBytes.AssertSame(plain, Run("zstd", Write(plain, output => Compression.CreateZstd(output))));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(9)]
    public void The_way_of_writing_does_not_change_the_bytes(int level)
    {
        var plain = SampleBytes.Mixed(3_500_000);

        SampleBytes.AssertSame(
            Write(plain, output => Compression.CreateGzip(output, level)),
            Write(plain, output => Compression.CreateGzip(output, level), piece: 7_777));
        SampleBytes.AssertSame(
            Write(plain, output => Compression.CreateZstd(output, level)),
            Write(plain, output => Compression.CreateZstd(output, level), piece: 7_777));
    }

    [Fact]
    public void Each_gzip_member_is_one_mebibyte_with_the_frozen_header()
    {
        var plain = SampleBytes.Mixed(2_500_000);

        var whole = Write(plain, output => Compression.CreateGzip(output));

        var members = Enumerable.Range(0, 3)
            .SelectMany(i => Write(plain[(i << 20)..Math.Min(plain.Length, (i + 1) << 20)], output => Compression.CreateGzip(output)));
        SampleBytes.AssertSame([.. members], whole);
        Assert.Equal([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255], whole[..10]);
    }

    [Fact]
    public void A_level_out_of_range_is_refused()
    {
        Assert.Throws<BuildSharpException>(() => Compression.CreateGzip(Stream.Null, 0));
        Assert.Throws<BuildSharpException>(() => Compression.CreateGzip(Stream.Null, 10));
        Assert.Throws<BuildSharpException>(() => Compression.CreateZstd(Stream.Null, 21));
    }

    private static byte[] Write(byte[] plain, Func<Stream, Stream> open, int piece = int.MaxValue)
    {
        var result = new MemoryStream();
        using (var stream = open(result))
        {
            for (var at = 0; at < plain.Length; at += Math.Min(piece, plain.Length - at))
            {
                stream.Write(plain.AsSpan(at, Math.Min(piece, plain.Length - at)));
                stream.Flush();
            }
        }

        return result.ToArray();
    }

    private static byte[] Run(string tool, byte[] compressed)
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory["in"], compressed);
        var result = Tool.Named("sh").Run(["-c", $"{tool} -dc < {directory["in"]} > {directory["out"]}"]);
        Assert.True(result.ExitCode == 0, result.Transcript);
        return File.ReadAllBytes(directory["out"]);
    }
}
