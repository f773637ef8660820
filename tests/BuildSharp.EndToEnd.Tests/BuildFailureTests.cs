using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What the last lines of a failed build say, and what <c>--on-error</c> leaves.</summary>
public class BuildFailureTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    private const string Failing = "FROM base\nENV A=b\nRUN seq 30; touch /made; exit 3\n";

    private const string Block = """
          28
          29
          30
        Dockerfile:3:1
                   3 | RUN seq 30; touch /made; exit 3
                     | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               --on-error=keep keeps the container of a failed step, to look into it with run or mount.
        Error: building at STEP "RUN seq 30; touch /made; exit 3": while running runtime: exit status 3

        """;

    [RequiresFact(All, "runc", "busybox")]
    public async Task The_last_block_has_the_place_the_status_and_the_end_of_the_output()
    {
        using var sandbox = await WithAsync(Failing);
        foreach (var flags in new string[][] { [], ["-q"], ["--logfile", "log"] })
        {
            var failed = await sandbox.BuildSharp.RunAsync(3, ["bud", .. flags, "."]);
            Assert.StartsWith("the last lines of its output:\n  11\n  12\n", failed.Error);
            Assert.EndsWith(Block, failed.Error);
        }

        sandbox.Write("Dockerfile", Failing + "FROM base\nRUN exit 0\nFROM base\nCOPY --from=0 / /\nCOPY --from=1 / /\n");
        var beside = await sandbox.BuildSharp.RunAsync(3, ["bud", "--jobs=2", "."]);
        Assert.StartsWith("the last lines of its output:\n  11\n  12\n", beside.Error);
        Assert.EndsWith(Block, beside.Error);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task Output_that_stands_right_above_is_not_repeated()
    {
        using var sandbox = await WithAsync(Failing);
        var tool = sandbox.BuildSharp;
        var failed = await sandbox.Named("sh").RunAsync(3, ["-c", $"{tool.Program} {string.Join(' ', tool.LeadingArguments)} bud . 2>&1"]);
        Assert.DoesNotContain("the last lines", failed.Output);
        Assert.EndsWith("\n" + Block.Replace("  28\n  29\n  30\n", "30\n", StringComparison.Ordinal), failed.Output);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task A_container_that_is_kept_can_be_looked_into_with_the_line_that_is_told()
    {
        using var sandbox = await WithAsync(Failing);
        var failed = await sandbox.BuildSharp.RunAsync(3, ["bud", "--on-error=keep", "."]);
        var container = await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}");
        Assert.Contains($"run -t {container} sh", failed.Error);
        Assert.DoesNotContain("--on-error=keep keeps", failed.Error);
        Assert.Equal("/made", await sandbox.BuildSharp.ReadAsync("run", container, "ls", "/made"));
        await sandbox.BuildSharp.RunAsync(3, ["bud", "--on-error=remove", "--layers", "."]);
        Assert.Equal(container, await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));
    }

    [RequiresFact(All, "runc", "busybox", "tmux")]
    public async Task A_shell_opens_in_the_container_of_the_failed_step()
    {
        using var sandbox = await WithAsync(Failing);
        await using var terminal = await TmuxTerminal.StartAsync(sandbox, 100, "buildsharp bud --on-error=shell .");
        await terminal.WaitForAsync(screen => screen.EndsWith('#'));
        foreach (var key in new[] { "ls", "Space", "/made", "Enter", "exit", "Enter" })
        {
            await terminal.PressAsync(key);
        }

        var after = await terminal.WaitForAsync(screen => screen.EndsWith("\nstatus 3", StringComparison.Ordinal));
        Assert.Contains("\n/made\n", after);
        Assert.Contains("Error: building at STEP", after);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("containers", "-q", "-a"));
        var refused = await sandbox.BuildSharp.Reading("").RunAsync(125, ["bud", "--on-error=shell", "."]);
        Assert.Equal("Error: --on-error=shell: standard input is not a terminal; --on-error=keep keeps the container\n", refused.Error);
        var unknown = await sandbox.BuildSharp.RunAsync(125, ["bud", "--on-error=stay", "."]);
        Assert.Equal("Error: unknown --on-error \"stay\"; known are remove, keep, shell\n", unknown.Error);
    }

    private static async Task<Sandbox> WithAsync(string dockerfile)
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", dockerfile);
        return sandbox;
    }
}
