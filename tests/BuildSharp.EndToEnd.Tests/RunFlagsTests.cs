using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Flags of <c>from</c>, <c>run</c> and <c>bud</c> about how commands live, as seen by the command.</summary>
public class RunFlagsTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "busybox", "runc")]
    public async Task A_cgroup_namespace_is_what_from_run_and_bud_were_told()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var ours = await sandbox.Named("readlink").ReadAsync("/proc/self/ns/cgroup");
        sandbox.Write("Dockerfile", "FROM base\nRUN readlink /proc/self/ns/cgroup\n");
        foreach (var isPrivate in new[] { true, false })
        {
            var word = isPrivate ? "private" : "host";
            var container = await sandbox.BuildSharp.ReadAsync("from", "--cgroupns", word, "base");
            Assert.Equal(isPrivate, ours != await sandbox.BuildSharp.ReadAsync("run", container, "readlink", "/proc/self/ns/cgroup"));
            Assert.NotEqual(isPrivate, ours != await sandbox.BuildSharp.ReadAsync("run", "--cgroupns", isPrivate ? "host" : "private", container, "readlink", "/proc/self/ns/cgroup"));
            Assert.Equal(isPrivate, !(await sandbox.BuildSharp.ReadAsync("bud", "--cgroupns", word, ".")).Contains(ours));
        }
    }

    [RequiresFact(All, "busybox", "runc")]
    public async Task A_command_finds_the_directories_of_volumes_by_either_way()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        const string look = "for v in /data /deep/er; do stat -c '%n %a %u:%g' $v; done; test -f /etc/passwd && echo x > /data/f";
        const string seen = "/data 755 0:0\n/deep/er 755 0:0";
        var container = await sandbox.BuildSharp.ReadAsync("from", "base");
        await sandbox.BuildSharp.RunAsync("config", "--user", "1000", "--volume", "/data", "--volume", "/deep/er", "--volume", "/etc/passwd", container);
        Assert.Equal(seen, await sandbox.BuildSharp.ReadAsync("run", "--user", "0", container, "sh", "-c", look));
        Assert.Equal("x", await sandbox.BuildSharp.ReadAsync("run", container, "cat", "/data/f"));

        foreach (var flag in new[] { "--layers", "--compat-volumes" })
        {
            sandbox.Write("Dockerfile", $"FROM base\nVOLUME /data /deep/er /etc/passwd\nRUN {look}\n");
            Assert.Contains("\n" + seen + "\n", await sandbox.BuildSharp.ReadAsync("bud", flag, "."));
        }
    }

    [RequiresFact(All, "busybox", "runc")]
    public async Task A_build_step_sees_its_control_groups()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nRUN grep -q ' /sys/fs/cgroup ' /proc/mounts && echo mounted\n");
        Assert.Contains("\nmounted\n", await sandbox.BuildSharp.ReadAsync("bud", "."));
    }

    [RequiresFact(All, "busybox", "runc", "setpriv")]
    public async Task The_callers_groups_are_kept_when_asked_for()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var tool = sandbox.BuildSharp.StartedBy("setpriv", "--groups", "0,4321");
        var container = await tool.ReadAsync("from", "--group-add", "keep-groups", "base");
        Assert.Equal("0 4321", await tool.ReadAsync("run", container, "id", "-G"));
        sandbox.Write("Dockerfile", "FROM base\nRUN id -G\n");
        Assert.Contains("\n0 4321\n", await tool.ReadAsync("bud", "--group-add", "keep-groups", "."));
        Assert.DoesNotContain("4321", await tool.ReadAsync("bud", "."));
    }

    [RequiresTheory(All, "busybox", "runc")]
    [InlineData("oci")]
    [InlineData("chroot")]
    public async Task A_terminal_is_had_in_a_pipeline_and_signals_reach_the_command(string isolation)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = await sandbox.BuildSharp.ReadAsync("from", "--isolation", isolation, "base");
        Assert.Equal("/dev/pts/0\ntwo\n", (await sandbox.BuildSharp.RunAsync("run", "-t", container, "sh", "-c", "tty; echo two > /dev/console")).Output);
        var lines = await sandbox.BuildSharp.Reading("one\ntwo").RunAsync(5, ["run", "--terminal", container, "sh", "-c", "stty -echo; test -t 1; wc -l; exit 5"]);
        Assert.EndsWith("1\n", lines.Output);

        await sandbox.Named("mkfifo").RunAsync("ready");
        Task seen = Task.Run(() => File.ReadAllText(sandbox["ready"]));
        await sandbox.BuildSharp.SignalledAfter(seen, "TERM").RunAsync(
            7, ["run", "-t", "-v", $"{sandbox.Work}:/host", container, "sh", "-c", "trap 'exit 7' TERM; echo > /host/ready; sleep 60 & wait"]);
    }

    [RequiresTheory(All, "busybox", "runc", "tmux")]
    [InlineData("oci")]
    [InlineData("chroot")]
    public async Task A_terminal_has_the_size_of_ours_and_leaves_ours_as_it_was(string isolation)
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = await sandbox.BuildSharp.ReadAsync("from", "--isolation", isolation, "base");
        await using var terminal = await TmuxTerminal.StartAsync(sandbox, 100, $"""
            stty -a > before
            buildsharp run -t {container} sh -c 'stty size; read x; stty size; exit 5'; echo ended $?
            stty -a > after
            """);
        await terminal.WaitForAsync(screen => screen.Contains("24 100"));
        await terminal.ResizeAsync(60);
        await terminal.PressAsync("Enter");
        await terminal.WaitForAsync(screen => screen.Contains("24 60\nError: while running runtime: exit status 5\nended 5") && screen.Contains("\nstatus 0"));

        // The width is ours to change.
        Assert.Equal(File.ReadAllText(sandbox["before"]).Replace("columns 100", "columns 60"), File.ReadAllText(sandbox["after"]));
    }

    [RequiresFact(All, "busybox")]
    public async Task Compression_asked_for_in_the_store_is_said_to_have_no_effect()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = await sandbox.BuildSharp.ReadAsync("from", "base");
        sandbox.Write("Dockerfile", "FROM base\n");
        foreach (var words in new string[][] { ["commit", "--disable-compression=false", container, "made"], ["bud", "--compression-format", "gzip", "."] })
        {
            Assert.Contains("has no effect: layers are not compressed in local storage", (await sandbox.BuildSharp.RunAsync(words)).Error);
        }

        Assert.DoesNotContain("no effect", (await sandbox.BuildSharp.RunAsync("commit", "--disable-compression=false", container, "oci:out")).Error);
    }
}
