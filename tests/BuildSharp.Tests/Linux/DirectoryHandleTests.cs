using System.Text;
using BuildSharp.Linux;

namespace BuildSharp.Tests.Linux;

public sealed class DirectoryHandleTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("handle").FullName;
    private readonly DirectoryHandle _root;

    public DirectoryHandleTests()
    {
        Directory.CreateDirectory(Path.Combine(_path, "root/etc"));
        File.WriteAllText(Path.Combine(_path, "secret"), "outside");
        File.WriteAllText(Path.Combine(_path, "root/etc/name"), "inside");
        _root = DirectoryHandle.Open(Path.Combine(_path, "root"));
    }

    public void Dispose()
    {
        _root.Dispose();
        using var parent = DirectoryHandle.Open(Path.GetDirectoryName(_path)!);
        parent.RemoveTree(Path.GetFileName(_path));
    }

    [Theory]
    [InlineData("../secret")]
    [InlineData("etc/../../secret")]
    [InlineData("/../secret")]
    public void Dots_do_not_lead_out(string name)
    {
        Assert.Null(_root.TryOpenFile(name));
        Assert.False(_root.TryStat(name, out _));
        Assert.False(_root.Remove(name));
        Assert.True(File.Exists(Path.Combine(_path, "secret")));
    }

    [Fact]
    public void A_link_to_an_absolute_path_stays_inside()
    {
        _root.SymbolicLink("/etc", "link");
        _root.SymbolicLink(_path + "/secret", "bait");
        _root.SymbolicLink("../../secret", "bait2");

        using (_root.OpenFile("link/name"))
        {
        }

        Assert.Null(_root.TryOpenFile("bait"));
        Assert.Null(_root.TryOpenFile("bait2"));
        Assert.True(_root.Stat("bait").IsSymbolicLink);
        Assert.True(_root.Stat("link", followLinks: true).IsDirectory);
        Assert.Equal("/etc", _root.ReadLink("link"));
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
        File.CreateSymbolicLink(Path.Combine(_path, "root/bait"), Path.Combine(_path, "secret"));
        _root.SetOwner("bait", 12, 34);
        _root.SetTimes("bait", 5, 6);
        Assert.Throws<LinuxException>(() => _root.SetMode("bait", 0x1FF));

        Assert.Equal((12u, 34u), (_root.Stat("bait").Uid, _root.Stat("bait").Gid));
        Assert.Equal((5L, 6), (_root.Stat("bait").ModifiedSeconds, _root.Stat("bait").ModifiedNanoseconds));
        Assert.Equal((0u, 0x1A4), (FileStatus.Of(Path.Combine(_path, "secret")).Uid, FileStatus.Of(Path.Combine(_path, "secret")).Mode));
        Assert.True(_root.RemoveTree("bait"));
        Assert.True(File.Exists(Path.Combine(_path, "secret")));
    }

    [Fact]
    public void Names_that_are_no_text_survive()
    {
        byte[] name = [0xff, 0xfe, (byte)'x'];
        _root.CreateFile(name, 0x180).Dispose();
        _root.MakeDirectory([0xc3], 0x1C0);
        _root.CreateFile([0xc3, (byte)'/', 0x80], 0x180).Dispose();

        Assert.Contains(_root.ReadEntries(), entry => entry.Name.AsSpan().SequenceEqual(name) && entry.Type == FileType.Regular);
        Assert.True(_root.Exists([0xc3, (byte)'/', 0x80]));
        Assert.Throws<LinuxException>(() => _root.Exists("a\0b"));
    }

    [Fact]
    public void Every_entry_of_a_large_directory_is_read_and_removed()
    {
        _root.MakeDirectory("many", 0x1ED);
        using (var many = _root.OpenDirectory("many"))
        {
            for (var i = 0; i < 3000; i++)
            {
                many.CreateFile($"a name long enough to need more than one buffer {i}", 0x180).Dispose();
            }

            Assert.Equal(3000, many.ReadEntries().Count);
            Assert.Equal(3000, many.ReadEntries().Select(entry => entry.NameText).Distinct().Count());
        }

        Assert.True(_root.RemoveTree("many"));
        Assert.False(_root.Exists("many"));
        Assert.False(_root.RemoveTree("many"));
    }

    [Fact]
    public void Nodes_links_modes_and_attributes_are_as_asked()
    {
        _root.MakeAllDirectories("a/b/c", 0x1ED);
        _root.MakeAllDirectories("/a/b/c/", 0x1ED);
        _root.MakeNode("a/gone", FileType.CharacterDevice, 0);
        _root.MakeNode("a/disk", FileType.BlockDevice, 0x180, 259, 70000);
        _root.MakeNode("a/pipe", FileType.Fifo, 0x180);
        _root.HardLink("etc/name", "a/b/name");
        _root.SetOwner("etc/name", 7, 8);
        _root.SetMode("etc/name", 0x9ED);
        _root.SetXattr("etc/name", "user.note", "\0\x1"u8);
        _root.SetXattr("a", "trusted.overlay.opaque", "y"u8);

        Assert.True(_root.Stat("a/gone").IsOverlayWhiteout);
        Assert.Equal((259u, 70000u), (_root.Stat("a/disk").DeviceMajor, _root.Stat("a/disk").DeviceMinor));
        Assert.Equal(FileType.Fifo, _root.Stat("a/pipe").Type);
        var status = _root.Stat("a/b/name");
        Assert.Equal((2u, 0x9ED, 7u, 8u, 6L), (status.LinkCount, status.Mode, status.Uid, status.Gid, status.Size));
        Assert.Equal(new byte[] { 0, 1 }, _root.GetXattr("a/b/name", "user.note"));
        Assert.Null(_root.GetXattr("a/b/name", "user.other"));
        Assert.Equal(["trusted.overlay.opaque"], _root.ListXattrs("a").Select(Encoding.ASCII.GetString));
        _root.RemoveXattr("a"u8, "trusted.overlay.opaque"u8);
        Assert.Empty(_root.ListXattrs("a"));
    }

    [Fact]
    public void A_rename_may_refuse_to_replace()
    {
        _root.CreateFile("new", 0x180).Dispose();
        Assert.Equal(Errno.EEXIST, Assert.Throws<LinuxException>(() => _root.Rename("new", "etc/name", replace: false)).Errno);
        _root.Rename("new", "etc/name");
        Assert.Equal(0, _root.Stat("etc/name").Size);
        Assert.False(_root.Exists("new"));
    }

    [Fact]
    public void A_failure_names_call_path_and_reason()
    {
        var failure = Assert.Throws<LinuxException>(() => _root.OpenFile("etc/none"));
        Assert.Equal($"openat2 {_path}/root/etc/none: no such file or directory", failure.Message);
    }
}
