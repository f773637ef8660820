using System.Text;
using BuildSharp.Linux;

namespace BuildSharp.Tests.Linux;

public sealed class DirectoryHandleTests : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("handle").FullName;
    private readonly DirectoryHandle root;

    public DirectoryHandleTests()
    {
        Directory.CreateDirectory(Path.Combine(path, "root/etc"));
        File.WriteAllText(Path.Combine(path, "secret"), "outside");
        File.WriteAllText(Path.Combine(path, "root/etc/name"), "inside");
        root = DirectoryHandle.Open(Path.Combine(path, "root"));
    }

    public void Dispose()
    {
        root.Dispose();
        using var parent = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        parent.RemoveTree(Path.GetFileName(path));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("etc/../../secret")]
    [InlineData("/../secret")]
    public void Dots_do_not_lead_out(string name)
    {
        Assert.Null(root.TryOpenFile(name));
        Assert.False(root.TryStat(name, out _));
        Assert.False(root.Remove(name));
        Assert.True(File.Exists(Path.Combine(path, "secret")));
    }

    [Fact]
    public void A_link_to_an_absolute_path_stays_inside()
    {
        root.SymbolicLink("/etc", "link");
        root.SymbolicLink(path + "/secret", "bait");
        root.SymbolicLink("../../secret", "bait2");

        using (root.OpenFile("link/name"))
        {
        }

        Assert.Null(root.TryOpenFile("bait"));
        Assert.Null(root.TryOpenFile("bait2"));
        Assert.True(root.Stat("bait").IsSymbolicLink);
        Assert.True(root.Stat("link", followLinks: true).IsDirectory);
        Assert.Equal("/etc", root.ReadLink("link"));
    }

    [Fact]
    public void A_magic_link_is_refused()
    {
        using var proc = DirectoryHandle.Open("/proc/self");
        Assert.Equal(Errno.ELOOP, Assert.Throws<LinuxException>(() => proc.OpenFile("exe")).Errno);
    }

    [Fact]
    public void Changes_touch_the_link_and_not_its_target()
    {
        File.CreateSymbolicLink(Path.Combine(path, "root/bait"), Path.Combine(path, "secret"));
        root.SetOwner("bait", 12, 34);
        root.SetTimes("bait", 5, 6);
        Assert.Throws<LinuxException>(() => root.SetMode("bait", 0x1FF));

        Assert.Equal((12u, 34u), (root.Stat("bait").Uid, root.Stat("bait").Gid));
        Assert.Equal((5L, 6), (root.Stat("bait").ModifiedSeconds, root.Stat("bait").ModifiedNanoseconds));
        Assert.Equal((0u, 0x1A4), (FileStatus.Of(Path.Combine(path, "secret")).Uid, FileStatus.Of(Path.Combine(path, "secret")).Mode));
        Assert.True(root.RemoveTree("bait"));
        Assert.True(File.Exists(Path.Combine(path, "secret")));
    }

    [Fact]
    public void Names_that_are_no_text_survive()
    {
        byte[] name = [0xff, 0xfe, (byte)'x'];
        root.CreateFile(name, 0x180).Dispose();
        root.MakeDirectory([0xc3], 0x1C0);
        root.CreateFile([0xc3, (byte)'/', 0x80], 0x180).Dispose();

        Assert.Contains(root.ReadEntries(), entry => entry.Name.AsSpan().SequenceEqual(name) && entry.Type == FileType.Regular);
        Assert.True(root.Exists([0xc3, (byte)'/', 0x80]));
        Assert.Throws<LinuxException>(() => root.Exists("a\0b"));
    }

    [Fact]
    public void Every_entry_of_a_large_directory_is_read_and_removed()
    {
        root.MakeDirectory("many", 0x1ED);
        using (var many = root.OpenDirectory("many"))
        {
            for (var i = 0; i < 3000; i++)
            {
                many.CreateFile($"a name long enough to need more than one buffer {i}", 0x180).Dispose();
            }

            Assert.Equal(3000, many.ReadEntries().Count);
            Assert.Equal(3000, many.ReadEntries().Select(entry => entry.NameText).Distinct().Count());
        }

        Assert.True(root.RemoveTree("many"));
        Assert.False(root.Exists("many"));
        Assert.False(root.RemoveTree("many"));
    }

    [Fact]
    public void Nodes_links_modes_and_attributes_are_as_asked()
    {
        root.MakeAllDirectories("a/b/c", 0x1ED);
        root.MakeAllDirectories("/a/b/c/", 0x1ED);
        root.MakeNode("a/gone", FileType.CharacterDevice, 0);
        root.MakeNode("a/disk", FileType.BlockDevice, 0x180, 259, 70000);
        root.MakeNode("a/pipe", FileType.Fifo, 0x180);
        root.HardLink("etc/name", "a/b/name");
        root.SetOwner("etc/name", 7, 8);
        root.SetMode("etc/name", 0x9ED);
        root.SetXattr("etc/name", "user.note", "\0\x1"u8);
        root.SetXattr("a", "trusted.overlay.opaque", "y"u8);

        Assert.True(root.Stat("a/gone").IsOverlayWhiteout);
        Assert.Equal((259u, 70000u), (root.Stat("a/disk").DeviceMajor, root.Stat("a/disk").DeviceMinor));
        Assert.Equal(FileType.Fifo, root.Stat("a/pipe").Type);
        var status = root.Stat("a/b/name");
        Assert.Equal((2u, 0x9ED, 7u, 8u, 6L), (status.LinkCount, status.Mode, status.Uid, status.Gid, status.Size));
        Assert.Equal(new byte[] { 0, 1 }, root.GetXattr("a/b/name", "user.note"));
        Assert.Null(root.GetXattr("a/b/name", "user.other"));
        Assert.Equal(["trusted.overlay.opaque"], root.ListXattrs("a").Select(Encoding.ASCII.GetString));
        root.RemoveXattr("a"u8, "trusted.overlay.opaque"u8);
        Assert.Empty(root.ListXattrs("a"));
    }

    [Fact]
    public void A_rename_may_refuse_to_replace()
    {
        root.CreateFile("new", 0x180).Dispose();
        Assert.Equal(Errno.EEXIST, Assert.Throws<LinuxException>(() => root.Rename("new", "etc/name", replace: false)).Errno);
        root.Rename("new", "etc/name");
        Assert.Equal(0, root.Stat("etc/name").Size);
        Assert.False(root.Exists("new"));
    }

    [Fact]
    public void A_failure_names_call_path_and_reason()
    {
        var failure = Assert.Throws<LinuxException>(() => root.OpenFile("etc/none"));
        Assert.Equal($"openat2 {path}/root/etc/none: no such file or directory", failure.Message);
    }
}
