using System.Diagnostics;
using System.Text;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Layers;

public sealed class TarRoundTripTests
{
    [Theory]
    [InlineData("ustar")]
    [InlineData("gnu")]
    [InlineData("pax")]
    [InlineData("v7")]
    public void A_tar_of_GNU_tar_reads_the_same_in_every_format(string format)
    {
        using var directory = new TemporaryDirectory();
        var root = Path.Combine(directory.Path, "tree");
        var longName = format is "v7" ? "short" : new string('d', 60) + "/" + new string('e', 90);
        Directory.CreateDirectory(Path.Combine(root, Path.GetDirectoryName("x/" + longName)!));
        File.WriteAllText(Path.Combine(root, "x", longName), "long");
        File.WriteAllText(Path.Combine(root, "x", "file"), "content");
        File.CreateSymbolicLink(Path.Combine(root, "x", "link"), "file");
        Run("tar", $"--format={format} --sort=name --mtime=@1700000000 --owner=7 --group=8 --numeric-owner -cf {directory.Path}/t.tar -C {root} x");

        var entries = Read(Path.Combine(directory.Path, "t.tar"));

        Assert.Equal("x/", entries[0].Header.NameText);
        Assert.Equal(TarEntryType.Directory, entries[0].Header.Type);
        Assert.Contains(entries, e => e.Header.NameText == "x/" + longName && e.Content == "long");
        var file = entries.Single(e => e.Header.NameText == "x/file");
        Assert.Equal("content", file.Content);
        Assert.Equal((7, 8, new Timestamp(1_700_000_000)), (file.Header.Uid, file.Header.Gid, file.Header.ModifiedAt));
        Assert.Contains(entries, e => e.Header is { NameText: "x/link", Type: TarEntryType.SymbolicLink, LinkNameText: "file" });
    }

    [Fact]
    public void A_tar_of_ours_read_and_written_again_is_the_same_bytes()
    {
        var first = Write(OddEntries());
        var second = Write(Read(new MemoryStream(first)));
        Assert.Equal(Convert.ToHexString(first), Convert.ToHexString(second));
    }

    [Fact]
    public void What_was_written_is_read_back()
    {
        var read = Read(new MemoryStream(Write(OddEntries())));
        foreach (var (expected, actual) in OddEntries().Zip(read))
        {
            Assert.Equal(expected.Header.Name, actual.Header.Name);
            Assert.Equal(expected.Header.LinkName, actual.Header.LinkName);
            Assert.Equal(expected.Header.ModifiedAt, actual.Header.ModifiedAt);
            Assert.Equal((expected.Header.Uid, expected.Header.Gid), (actual.Header.Uid, actual.Header.Gid));
            Assert.Equal((expected.Header.DeviceMajor, expected.Header.DeviceMinor), (actual.Header.DeviceMajor, actual.Header.DeviceMinor));
            Assert.Equal(expected.Header.Xattrs.Select(x => Convert.ToHexString(x.Value)), actual.Header.Xattrs.Select(x => Convert.ToHexString(x.Value)));
            Assert.Equal(expected.Content, actual.Content);
        }
    }

    internal static List<(TarHeader Header, string Content)> Read(string path)
    {
        using var file = File.OpenRead(path);
        return Read(file);
    }

    internal static List<(TarHeader Header, string Content)> Read(Stream stream)
    {
        var reader = new TarReader(stream);
        var entries = new List<(TarHeader, string)>();
        while (reader.ReadNext() is { } header)
        {
            entries.Add((header, new StreamReader(reader.Content, Encoding.Latin1).ReadToEnd()));
        }

        return entries;
    }

    internal static byte[] Write(IEnumerable<(TarHeader Header, string Content)> entries)
    {
        var output = new MemoryStream();
        var writer = new TarWriter(output);
        foreach (var (header, content) in entries)
        {
            writer.Write(header, new MemoryStream(Encoding.Latin1.GetBytes(content)));
        }

        writer.Complete();
        return output.ToArray();
    }

    internal static void Run(string program, string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {arguments}: {errors}");
    }

    private static IEnumerable<(TarHeader Header, string Content)> OddEntries()
    {
        byte[] longName = [.. Enumerable.Repeat((byte)'n', 300)];
        yield return (new TarHeader { Name = "d/"u8.ToArray(), Type = TarEntryType.Directory, Mode = 0x43FF }, "");
        yield return (new TarHeader { Name = longName, Type = TarEntryType.RegularFile, Size = 3 }, "abc");
        yield return (new TarHeader { Name = [0xFF, 0xFE], Type = TarEntryType.RegularFile, ModifiedAt = new Timestamp(-1, 500_000_000) }, "");
        yield return (new TarHeader { Name = "l"u8.ToArray(), Type = TarEntryType.SymbolicLink, LinkName = longName }, "");
        yield return (new TarHeader { Name = "c"u8.ToArray(), Type = TarEntryType.CharacterDevice, DeviceMajor = 1, DeviceMinor = 3 }, "");
        yield return (new TarHeader { Name = "old"u8.ToArray(), Type = TarEntryType.RegularFile, Uid = 4_000_000_000, ModifiedAt = new Timestamp(-86_400) }, "");
        yield return (
            new TarHeader
            {
                Name = "x"u8.ToArray(),
                Type = TarEntryType.RegularFile,
                Size = 513,
                Xattrs = [new("user.bytes"u8.ToArray(), [0, 255, (byte)'\n', (byte)'=']), new("user.zero"u8.ToArray(), [])],
            },
            new string('z', 513));
    }
}
