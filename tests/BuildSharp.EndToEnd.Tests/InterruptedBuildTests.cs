using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>A signal during RUN is no fault of the Dockerfile: one line, 128 and the signal's number, nothing kept.</summary>
public class InterruptedBuildTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All, "runc", "busybox")]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_in_RUN_ends_the_build_in_one_line_and_keeps_no_container(string signal, int status)
    {
        using var sandbox = await WithBaseAsync("FROM base\nRUN touch /s/started; sleep 100\n");
        var ended = await sandbox.BuildSharp.SignalledAfter(Started(sandbox), signal)
            .RunAsync(status, ["bud", "--layers", "-q", "-v", $"{sandbox["s"]}:/s", "."]);
        Assert.Equal("Error: interrupted\n", ended.Error);
        Assert.Empty(await sandbox.BuildSharp.ReadAsync("containers", "-q"));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresTheory(All, "busybox")]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("KILL", 137)]
    public async Task A_signal_between_two_steps_ends_the_build_and_leaves_its_cache(string signal, int status)
    {
        using var sandbox = await WithBaseAsync("FROM base\n" + string.Concat(Enumerable.Range(1, 3000).Select(number => $"LABEL a{number}=b\n")));
        var before = (await sandbox.BuildSharp.RunAsync("images", "-a", "-q")).Lines;
        var ended = await sandbox.BuildSharp.SignalledAfter(Moment.Until(() => Images(sandbox) > before.Count + 3, "the steps were not made"), signal)
            .RunAsync(status, ["bud", "--layers", "-q", "-t", "done", "."]);
        Assert.Equal(signal == "KILL" ? "" : "Error: interrupted\n", ended.Error);
        if (signal == "KILL")
        {
            await sandbox.BuildSharp.RunAsync("rm", "--all");
        }

        Assert.Empty(await sandbox.BuildSharp.ReadAsync("containers", "-q"));
        Assert.DoesNotContain("done", await sandbox.BuildSharp.ReadAsync("images"));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresTheory(All, "runc", "busybox")]
    [InlineData("HUP", 129)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_ends_run_and_the_container_stays(string signal, int status)
    {
        using var sandbox = await WithBaseAsync("FROM base\n");
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "base");
        // A shell that takes no notice is killed; one that has a handler ends in its own way.
        foreach (var (trap, expected) in new[] { ("", status), ($"trap 'exit 9' {signal}; ", 9) })
        {
            File.Delete(sandbox["s/started"]);
            var ended = await sandbox.BuildSharp.SignalledAfter(Started(sandbox), signal).RunAsync(
                expected, ["run", "-v", $"{sandbox["s"]}:/s", "c", "sh", "-c", $"{trap}touch /s/started; while :; do sleep 0.05; done"]);
            Assert.Equal($"Error: while running runtime: exit status {expected}\n", ended.Error);
        }

        Assert.Equal("c", await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox", "setsid")]
    public async Task Ctrl_C_that_ends_the_runtime_before_the_command_is_an_interruption()
    {
        using var sandbox = await WithBaseAsync("FROM base\nRUN true\n");
        var runtime = sandbox.Write("runtime", "#!/bin/sh\ncase \" $* \" in *\" run \"*) kill -INT 0;; esac\nexec runc \"$@\"\n");
        File.SetUnixFileMode(runtime, (UnixFileMode)0b111_101_101);

        // A session of its own, since the whole process group gets the signal, as from a terminal.
        var ended = await sandbox.BuildSharp.WithEnvironment("BUILDAH_RUNTIME", runtime).StartedBy("setsid", "env", "--default-signal=INT")
            .RunAsync(130, ["bud", "--layers", "-q", "."]);
        Assert.Equal("Error: interrupted\n", ended.Error);
        Assert.Empty(await sandbox.BuildSharp.ReadAsync("containers", "-q"));
    }

    [RequiresTheory(All, "runc", "busybox")]
    [InlineData("HUP")]
    [InlineData("INT")]
    public async Task A_signal_that_the_caller_ignores_stays_ignored(string signal)
    {
        using var sandbox = await WithBaseAsync("FROM base\nRUN touch /s/started; sleep 1\n");
        await sandbox.BuildSharp.StartedBy("env", $"--ignore-signal={signal}").SignalledAfter(Started(sandbox), signal)
            .RunAsync("bud", "-q", "-v", $"{sandbox["s"]}:/s", ".");
    }

    private static async Task<Sandbox> WithBaseAsync(string dockerfile)
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", dockerfile);
        Directory.CreateDirectory(sandbox["s"]);
        return sandbox;
    }

    private static int Images(Sandbox sandbox) => Directory.EnumerateDirectories(Path.Combine(sandbox.Root, "overlay-images")).Count();

    private static Task Started(Sandbox sandbox) => Moment.Until(() => File.Exists(sandbox["s/started"]), "the command did not begin");
}
