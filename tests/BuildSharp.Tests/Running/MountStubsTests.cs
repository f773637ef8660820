using BuildSharp.Linux;
using BuildSharp.Running;
using BuildSharp.Running.Preparing;
using BuildSharp.Running.Spec;
using BuildSharp.Running.Stubs;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Running;

public sealed class MountStubsTests
{
    private const Needs Machine = Needs.Root | Needs.Overlay;

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task A_run_that_changes_nothing_leaves_nothing_to_commit()
    {
        using var container = new RunningContainer();
        await RunAsync(container, "true");
        Assert.Equal([container.Upper + "/etc"], Directory.GetFileSystemEntries(container.Upper, "*", SearchOption.AllDirectories));
        Assert.Equal(["etc"], RunRemains.Find(container.Target.StateDirectory, container.Upper));
        Assert.Equal(DateTime.UnixEpoch.AddYears(30), Directory.GetLastWriteTimeUtc($"{container.Root}/etc"));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task What_the_command_itself_makes_beside_a_stub_stays()
    {
        using var container = new RunningContainer();
        await RunAsync(container, "sh", "-c", "echo x > /etc/own; rm /etc/group; touch /new/other");
        Assert.Equal(
            ["etc", "etc/group", "etc/own", "new", "new/other"],
            Directory.GetFileSystemEntries(container.Upper, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(container.Upper, path)).Order(StringComparer.Ordinal));
        Assert.Empty(RunRemains.Find(container.Target.StateDirectory, container.Upper));
        Assert.NotEqual(DateTime.UnixEpoch.AddYears(30), Directory.GetLastWriteTimeUtc($"{container.Root}/etc"));
    }

    [RequiresFact(Machine, "runc", "busybox")]
    public async Task Two_runs_at_once_do_not_take_each_others_mounts_away()
    {
        using var container = new RunningContainer();
        var first = RunAsync(container, "sh", "-c", "touch /tmp/first; while [ ! -e /tmp/second ]; do sleep 0.02; done; cat /etc/hostname");
        await RunAsync(container, "sh", "-c", "while [ ! -e /tmp/first ]; do sleep 0.02; done");
        await RunAsync(container, "touch", "/tmp/second");
        Assert.Equal("feedc0ffee12", await first);
        Assert.False(File.Exists($"{container.Root}/etc/hostname"));
    }

    [Fact]
    public void Stubs_of_a_crashed_run_are_taken_away_by_the_next()
    {
        using var directory = new TemporaryDirectory();
        directory.MakeDirectory("root");
        directory.MakeDirectory("state");
        using var root = DirectoryHandle.Open(directory["root"]);
        root.MakeDirectory("a", 0x1ED);
        root.CreateFile("a/b", 0x1A4).Dispose();
        var notes = new StubNotes(directory["state"]);
        foreach (var path in (string[])["a", "a/b"])
        {
            root.SetTimes(path, 0, 0);
        }

        notes.Add(["a", "a/b"], []);

        MountStubs.Prepare(root, null, directory["state"], []).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(directory["root"]));
    }

    [Fact]
    public void A_link_to_nowhere_gets_its_target_made_and_stays_a_link()
    {
        using var directory = new TemporaryDirectory();
        directory.MakeDirectory("root/etc");
        directory.MakeDirectory("state");
        File.CreateSymbolicLink(directory["root/etc/resolv.conf"], "../run/systemd/resolve/stub-resolv.conf");
        File.CreateSymbolicLink(directory["root/data"], "/srv/data");
        var source = directory.Write("file", "");
        using var root = DirectoryHandle.Open(directory["root"]);
        string[] Entries() => [.. Directory.GetFileSystemEntries(directory["root"], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(directory["root"], path)).Order(StringComparer.Ordinal)];
        var before = Entries();
        var mounts = new MountPlaces(root).Find(
            [MountList.Bind(source, "/etc/resolv.conf"), MountList.Bind("/tmp", "/data/deep"), MountList.Bind("/tmp", "/srv/data/deep")]);
        using (MountStubs.Prepare(root, null, directory["state"], mounts))
        {
            Assert.Equal(
                [.. before, "run", "run/systemd", "run/systemd/resolve", "run/systemd/resolve/stub-resolv.conf", "srv", "srv/data", "srv/data/deep"], Entries());
            Assert.True(root.Stat("srv/data/deep").IsDirectory);
        }

        Assert.Equal(before, Entries());
    }

    private static Task<string> RunAsync(RunningContainer container, params string[] args) => container.ReadAsync(new RunRequest
    {
        Args = args,
        Mounts = [RunMount.OfVolume("/tmp:/new/sub")],
    });
}
