using BuildSharp.Containers.Running;
using BuildSharp.Linux;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers.Running;

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
            notes.AddStub(path);
        }

        MountStubs.Prepare(root, null, directory["state"], []).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(directory["root"]));
    }

    private static Task<string> RunAsync(RunningContainer container, params string[] args) => container.ReadAsync(new RunRequest
    {
        Args = args,
        Mounts = [RunMountGrammar.ParseVolume("/tmp:/new/sub")],
    });
}
