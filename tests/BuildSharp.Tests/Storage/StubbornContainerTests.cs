using BuildSharp.Linux;
using BuildSharp.Testing;
using BuildSharp.Tests.Storage.Checking;

namespace BuildSharp.Tests.Storage;

/// <summary>Containers that hold what even root cannot remove at once: they go all the same, and nothing else with them.</summary>
public sealed class StubbornContainerTests : IDisposable
{
    private readonly TemporaryDirectory _host = new();

    public void Dispose() => _host.Dispose();

    public static TheoryData<string, string> Protected => new()
    {
        { "overlay", "+i file" }, { "overlay", "+a file" }, { "overlay", "+i directory directory/inner" }, { "overlay", "+a directory" }, { "overlay", "+i ." },
        { "vfs", "+i file" }, { "vfs", "+a file" }, { "vfs", "+i directory directory/inner" }, { "vfs", "+a directory" }, { "vfs", "+i ." },
    };

    [RequiresTheory(Needs.Root | Needs.Overlay, "chattr")]
    [MemberData(nameof(Protected))]
    public async Task What_may_not_be_changed_is_removed_with_its_container(string driver, string protection)
    {
        using var sample = new SampleStore(driver);
        var content = Fill(sample);
        var words = protection.Split(' ');
        await Tool.Named("chattr").RunAsync([words[0], .. words[1..].Select(name => Path.Combine(content, name))]);

        sample.Store.Containers.Remove(sample.Container.Id);

        Assert.Empty(sample.Store.Containers.All());
        Assert.False(Directory.Exists(content));
        Assert.Empty(sample.Check());
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("overlay", "directory")]
    [InlineData("overlay", "file")]
    [InlineData("vfs", "directory")]
    [InlineData("vfs", "file")]
    [InlineData("vfs", "")]
    public void What_is_mounted_in_a_container_is_unmounted_and_left_alone(string driver, string place)
    {
        using var sample = new SampleStore(driver);
        var content = Fill(sample);
        var precious = _host.Write("precious/file", "host's");
        Mount.Bind(place == "file" ? precious : Path.GetDirectoryName(precious)!, Path.Combine(content, place).TrimEnd('/'));

        sample.Store.Containers.Remove(sample.Container.Id);

        Assert.Equal("host's", File.ReadAllText(precious));
        Assert.DoesNotContain(MountTable.Read(), entry => entry.MountPoint.StartsWith(content, StringComparison.Ordinal));
        Assert.Empty(sample.Check());
    }

    [RequiresFact(Needs.Root)]
    public void Removing_a_tree_ends_at_a_mount_point()
    {
        var precious = _host.Write("precious/file", "host's");
        Directory.CreateDirectory(_host["tree/inner"]);
        Mount.Bind(Path.GetDirectoryName(precious)!, _host["tree/inner"]);
        using var directory = DirectoryHandle.Open(_host.Path);

        Assert.Equal(Errno.EBUSY, Assert.Throws<LinuxException>(() => directory.RemoveTree("tree")).Errno);
        Assert.Equal(Errno.EBUSY, Assert.Throws<LinuxException>(() => directory.RemoveTree("tree/inner")).Errno);
        Assert.True(File.Exists(precious));

        Assert.True(directory.ForceRemoveTree("tree"));
        Assert.True(File.Exists(precious));
    }

    private static string Fill(SampleStore sample)
    {
        var content = sample.Store.Layers.ContentPath(sample.Container.LayerId);
        Directory.CreateDirectory(Path.Combine(content, "directory/inner"));
        File.WriteAllText(Path.Combine(content, "file"), "");
        File.WriteAllText(Path.Combine(content, "directory/inner/file"), "");
        return content;
    }
}
