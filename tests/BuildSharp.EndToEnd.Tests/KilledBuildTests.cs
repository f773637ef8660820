using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>A builder that is killed cannot clean up: the next command does, whatever its verb.</summary>
public class KilledBuildTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const string Sleep = "sleep 98765.4321";

    [RequiresFact(All, "runc", "busybox")]
    public async Task The_next_command_ends_what_a_killed_RUN_left_running_and_removes_its_temporary_files()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", $"FROM base\nRUN <<E\n#!/bin/sh\ntouch /s/started; {Sleep}\nE\n");
        Directory.CreateDirectory(sandbox["s"]);
        var temporary = Directory.CreateDirectory(sandbox["tmp"]).FullName;

        // Its output goes to a file: the command, which lives on, would keep a pipe open.
        await sandbox.BuildSharp.WithEnvironment("TMPDIR", temporary).StartedBy("sh", "-c", "exec \"$0\" \"$@\" >log 2>&1")
            .SignalledAfter(Moment.Until(() => File.Exists(sandbox["s/started"]) && Sleepers().Any(), "the RUN did not begin"), "KILL")
            .RunAsync(137, ["bud", "-v", $"{sandbox["s"]}:/s", "."]);
        Assert.NotEmpty(Sleepers());
        Assert.Single(Scratch(temporary));

        await sandbox.BuildSharp.WithEnvironment("TMPDIR", temporary).RunAsync("containers");

        Assert.Empty(Sleepers());
        Assert.Empty(Scratch(temporary));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(sandbox.RunRoot, "buildsharp/bundles")));
        await sandbox.BuildSharp.RunAsync("rm", "--all");
        await sandbox.BuildSharp.RunAsync("check");
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All, "runc", "busybox")]
    public async Task The_next_command_ends_what_a_killed_run_left_running_and_the_container_stays()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "base");
        Directory.CreateDirectory(sandbox["s"]);

        await sandbox.BuildSharp.StartedBy("sh", "-c", "exec \"$0\" \"$@\" >log 2>&1")
            .SignalledAfter(Moment.Until(() => File.Exists(sandbox["s/started"]) && Sleepers().Any(), "the command did not begin"), "KILL")
            .RunAsync(137, ["run", "-v", $"{sandbox["s"]}:/s", "c", "sh", "-c", $"touch /s/started; {Sleep}"]);
        Assert.Equal("", File.ReadAllText(sandbox["log"]));

        Assert.Equal("c", await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));
        Assert.Empty(Sleepers());
        await sandbox.BuildSharp.RunAsync("rm", "c");
        await sandbox.BuildSharp.RunAsync("check");
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All)]
    public async Task The_next_command_removes_the_context_that_a_killed_build_was_reading()
    {
        using var sandbox = new Sandbox();
        var temporary = Directory.CreateDirectory(sandbox["tmp"]).FullName;
        await sandbox.Named("mkfifo").RunAsync("context");
        await sandbox.BuildSharp.WithEnvironment("TMPDIR", temporary).StartedBy("sh", "-c", "exec \"$0\" \"$@\" <>context")
            .SignalledAfter(Moment.Until(() => Scratch(temporary).Any(), "the build did not begin to read"), "KILL")
            .RunAsync(137, ["bud", "-"]);
        Assert.Single(Scratch(temporary));

        await sandbox.BuildSharp.WithEnvironment("TMPDIR", temporary).RunAsync("from", "scratch");

        Assert.Empty(Scratch(temporary));
    }

    [RequiresFact(All)]
    public async Task Temporary_files_of_a_build_that_still_runs_stay()
    {
        using var sandbox = new Sandbox();
        var temporary = Directory.CreateDirectory(sandbox["tmp"]).FullName;
        await sandbox.Named("mkfifo").RunAsync("context");
        var tool = sandbox.BuildSharp.WithEnvironment("TMPDIR", temporary);
        async Task LookAsync()
        {
            await Moment.Until(() => Scratch(temporary).Any(), "the build did not begin to read");
            await tool.RunAsync("from", "scratch");
            Assert.Single(Scratch(temporary));
        }

        await tool.StartedBy("sh", "-c", "exec \"$0\" \"$@\" <>context").SignalledAfter(LookAsync(), "TERM").RunAsync(143, ["bud", "-"]);
        Assert.Empty(Scratch(temporary));
    }

    // The JIT's own pipes lie among the temporary files, too, where the tests run without a native binary.
    private static IEnumerable<string> Scratch(string temporary) => Directory.EnumerateFileSystemEntries(temporary, "buildsharp-*");

    private static IEnumerable<string> Sleepers() => Directory.EnumerateDirectories("/proc").Where(process =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")) == Sleep.Replace(' ', '\0') + "\0";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
