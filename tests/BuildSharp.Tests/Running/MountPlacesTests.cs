using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Running.Preparing;
using BuildSharp.Running.Spec;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

public sealed class MountPlacesTests
{
    private const Needs Machine = Needs.Root | Needs.Overlay;

    [Theory]
    [InlineData("dev", "/victim")]
    [InlineData("dev", "../../../../../../../../victim")]
    [InlineData("proc", "tmp")]
    [InlineData("sys", "nowhere")]
    public void A_link_in_the_place_of_what_the_runtime_fills_is_refused_by_name(string name, string target)
    {
        using var directory = new TemporaryDirectory();
        directory.MakeDirectory("root/tmp");
        File.CreateSymbolicLink(directory[$"root/{name}"], target);
        using var root = DirectoryHandle.Open(directory["root"]);
        var error = Assert.Throws<BuildSharpException>(() => new MountPlaces(root));
        Assert.StartsWith($"/{name} in the container is a symbolic link: no command can run there", error.Message);
    }

    [Fact]
    public void A_file_in_the_place_of_what_the_runtime_fills_is_refused_by_name()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("root/dev", "");
        using var root = DirectoryHandle.Open(directory["root"]);
        Assert.StartsWith("/dev in the container is not a directory", Assert.Throws<BuildSharpException>(() => new MountPlaces(root)).Message);
    }

    [Theory]
    [InlineData("/var/run/app", "/run/app")]
    [InlineData("/etc/resolv.conf", "/run/systemd/resolv.conf")]
    [InlineData("/out/x", "/etc/x")]
    [InlineData("/plain/x", "/plain/x")]
    [InlineData("/", "/")]
    public void Links_on_the_way_are_resolved_inside_the_root(string destination, string place)
    {
        using var directory = new TemporaryDirectory();
        using var root = MakeRoot(directory);
        Assert.Equal(place, Assert.Single(new MountPlaces(root).Find([MountList.Bind("/tmp", destination)])).Destination);
        Assert.Equal(
            place, Assert.Single(new MountPlaces(root).Find([new SpecDevice(destination, "c", 1, 3, 0b110_110_110, 0, 0)])).Path);
    }

    [Theory]
    [InlineData("/kernel/core_pattern", "/proc/sys/kernel/core_pattern")]
    [InlineData("/self", "/")]
    public void A_link_to_where_nothing_can_be_mounted_is_refused_by_name(string destination, string place)
    {
        using var directory = new TemporaryDirectory();
        using var root = MakeRoot(directory);
        var error = Assert.Throws<BuildSharpException>(() => new MountPlaces(root).Find([MountList.Bind("/tmp", destination)]));
        Assert.Equal($"mounting on {destination}: a link in the container leads to {place}, where it cannot be done", error.Message);
    }

    [Fact]
    public void Links_that_an_earlier_mount_covers_do_not_count()
    {
        using var directory = new TemporaryDirectory();
        using var root = MakeRoot(directory);
        var mounts = new MountPlaces(root).Find([MountList.Bind("/tmp", "/etc"), MountList.Bind("/tmp", "/out"), MountList.Bind("/tmp", "/etc/resolv.conf")]);
        Assert.Equal(["/etc", "/etc", "/etc/resolv.conf"], mounts.Select(mount => mount.Destination));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_run_over_a_link_writes_nothing_outside_of_the_root()
    {
        using var container = new RunningContainer();
        container.Files.Write("victim/ptmx", "precious");
        Directory.Delete($"{container.Root}/dev");
        File.CreateSymbolicLink($"{container.Root}/dev", container.Files["victim"]);
        await Assert.ThrowsAsync<BuildSharpException>(() => container.RunAsync("true"));
        Assert.Equal([container.Files["victim/ptmx"]], Directory.EnumerateFileSystemEntries(container.Files["victim"]));
        Assert.Empty(container.Leftovers);
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_mount_and_a_file_of_ours_land_where_links_inside_the_root_lead()
    {
        using var container = new RunningContainer();
        container.Files.Write("data/file", "seen");
        Directory.CreateDirectory($"{container.Root}/run");
        File.CreateSymbolicLink($"{container.Root}/etc/hostname", "../run/hostname");
        Directory.CreateDirectory($"{container.Root}/var");
        File.CreateSymbolicLink($"{container.Root}/var/run", "/run");
        Assert.Equal("feedc0ffee12\nseen", await container.ReadAsync(new RunRequest
        {
            Args = ["cat", "/run/hostname", "/run/data/file"],
            Mounts = [RunMount.OfVolume($"{container.Files["data"]}:/var/run/data")],
        }));
        Assert.Empty(Directory.EnumerateFileSystemEntries($"{container.Root}/run"));
    }

    private static DirectoryHandle MakeRoot(TemporaryDirectory directory)
    {
        foreach (var name in (string[])["run", "var", "etc", "proc", "sys", "dev", "plain"])
        {
            directory.MakeDirectory($"root/{name}");
        }

        File.CreateSymbolicLink(directory["root/var/run"], "/run");
        File.CreateSymbolicLink(directory["root/etc/resolv.conf"], "../run/systemd/resolv.conf");
        File.CreateSymbolicLink(directory["root/out"], "../../../../etc");
        File.CreateSymbolicLink(directory["root/kernel"], "/proc/sys/kernel");
        File.CreateSymbolicLink(directory["root/self"], ".");
        return DirectoryHandle.Open(directory["root"]);
    }
}
