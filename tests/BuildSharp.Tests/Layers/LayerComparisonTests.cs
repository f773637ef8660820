using System.Text;
using System.Text.Json;
using BuildSharp.Oci;
using BuildSharp.Oci.Comparing;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Tests.Layers;

/// <summary>What is said of two layers, and of two configs, that are not the same.</summary>
public class LayerComparisonTests
{
    private static readonly TarHeader Plain = new() { Name = "f"u8.ToArray(), Type = TarEntryType.RegularFile, Mode = 0b110_100_100 };

    public static TheoryData<string, TarHeader, string, string> Changes => new()
    {
        { "/f: mode 0644, then 0600", Plain with { Mode = 0b110_000_000 }, "ab", "ab" },
        { "/f: owner 0:0, then 7:8", Plain with { Uid = 7, Gid = 8 }, "ab", "ab" },
        { "/f: mtime 1970-01-01T00:00:00Z, then 1970-01-01T00:00:09.5Z", Plain with { ModifiedAt = new Timestamp(9, 500_000_000) }, "ab", "ab" },
        { "/f: content from byte 2 on", Plain, "ab", "ac" },
        { "/f: content from byte 3 on (2 bytes, then 3)", Plain, "ab", "abc" },
        { "/f: content from byte 1 on (0 bytes, then 1)", Plain, "", "a" },
        { "/f: type file, then symbolic link", Plain with { Type = TarEntryType.SymbolicLink, LinkName = "g"u8.ToArray() }, "ab", "" },
        { "/f: xattr user.x", Plain with { Xattrs = [new("user.x"u8.ToArray(), "v"u8.ToArray())] }, "ab", "ab" },
        { "/f: content from byte 1 on; mode 0644, then 0755; owner 0:0, then 0:5", Plain with { Mode = 0b111_101_101, Gid = 5 }, "ab", "bb" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_file_that_is_not_the_same_says_in_what(string expected, TarHeader second, string before, string now) =>
        Assert.Equal([expected], Compare([(Plain, before)], [(second, now)]));

    [Fact]
    public void Names_that_one_layer_has_are_told_and_the_files_between_them_are_not()
    {
        var first = new[] { "a/", "a/.wh.gone", "a/r1", "a/same", "b", "c/", "c/.wh..wh..opq" };
        var second = new[] { "a/", "a/r2", "a/same", "b", "c/", "d" };
        Assert.Equal(
            ["/a/gone (deleted): only the first has it", "/a/r1: only the first has it", "/a/r2: only the second has it", "/c/ (emptied): only the first has it", "/d: only the second has it"],
            Compare(Named(first), Named(second)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_same_files_in_another_order_differ_in_that_and_those_that_differ_too_are_named()
    {
        Assert.Equal(["/: order"], Compare(Named("c", "a", "b"), Named("a", "b", "c")));
        Assert.Equal(["/a: content"], Compare([.. Named("c"), (Plain with { Name = "a"u8.ToArray() }, "1")], [(Plain with { Name = "a"u8.ToArray() }, "2"), .. Named("c")]));
    }

    [Fact]
    public void The_same_files_in_tars_of_another_form_differ_in_that()
    {
        var tar = Tar(Named("a"));
        Assert.Equal(["/: form"], Texts(LayerComparison.Of(new MemoryStream(tar), new MemoryStream([.. tar, .. new byte[512]]))));
    }

    [Fact]
    public void A_difference_far_into_a_file_is_found_at_its_byte_and_nothing_large_is_kept()
    {
        const long size = 64 * 1024 * 1024;
        Zeros Layer(long one) => new(Tar([(Plain with { Size = size }, null)])[..512], size, one);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal([$"/f: content from byte {size - 1} on"], Texts(LayerComparison.Of(Layer(size - 2), Layer(-1))));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
    }

    [Fact]
    public void Layers_without_common_names_are_given_up_after_fifty_thousand()
    {
        var first = Named([.. Enumerable.Range(0, 30_000).Select(number => $"a{number:D5}")]);
        var second = Named([.. Enumerable.Range(0, 30_000).Select(number => $"b{number:D5}")]);
        var texts = Compare(first, second).ToList();
        Assert.Equal("/: too many files are in one of them only; the rest is not compared", texts[0]);
        Assert.Equal(50_001, texts.Count);
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"a":2}""", "a: 1, then 2")]
    [InlineData("""{"a":{"b":[{"c":"x"},{"c":"y"}]}}""", """{"a":{"b":[{"c":"x"},{"c":"z"}]}}""", "a.b[1].c: y, then z")]
    [InlineData("""{"a":["x","y"]}""", """{"a":["y","x"]}""", "a: order")]
    [InlineData("""{"a":["x"]}""", """{"a":["x","y"],"b":null}""", "a[1]: only the second has it|b: only the second has it")]
    [InlineData("""{"a":{},"b":1}""", """{"a":[],"b":1}""", "a: an object, then a list")]
    [InlineData("""{"a":1.0}""", """{"a":1.0}""", "")]
    public void A_config_that_is_not_the_same_says_in_which_field(string first, string second, string expected) =>
        Assert.Equal(expected, string.Join('|', JsonComparison.Of(JsonElement.Parse(first), JsonElement.Parse(second)).Select(field => $"{field.Path}: {field.Difference}")));

    private static (TarHeader, string?)[] Named(params string[] names) =>
        [.. names.Select(name => (Plain with { Name = Encoding.UTF8.GetBytes(name), Type = name.EndsWith('/') ? TarEntryType.Directory : TarEntryType.RegularFile }, (string?)""))];

    private static IEnumerable<string> Compare((TarHeader, string?)[] first, (TarHeader, string?)[] second) =>
        Texts(LayerComparison.Of(new MemoryStream(Tar(first)), new MemoryStream(Tar(second))));

    private static IEnumerable<string> Texts(IEnumerable<FileDifference> differences) =>
        differences.Select(file => $"{file.Path}: {string.Join("; ", file.Differences)}");

    // A file without content is written as its header alone.
    private static byte[] Tar((TarHeader Header, string? Content)[] entries)
    {
        using var tar = new MemoryStream();
        var writer = new TarWriter(tar);
        foreach (var (header, content) in entries)
        {
            if (content is null)
            {
                writer.Write(header);
                return tar.ToArray();
            }

            writer.Write(header with { Size = content.Length }, new MemoryStream(Encoding.UTF8.GetBytes(content)));
        }

        writer.Complete();
        return tar.ToArray();
    }

    /// <summary>A tar of one file of zeros, with a one at one place or none.</summary>
    private sealed class Zeros(byte[] header, long size, long one) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, header.Length + size + 1024 - _position);
            for (var i = 0; i < read; i++)
            {
                buffer[offset + i] = _position + i < header.Length ? header[_position + i] : (byte)(_position + i == header.Length + one ? 1 : 0);
            }

            _position += read;
            return read;
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
