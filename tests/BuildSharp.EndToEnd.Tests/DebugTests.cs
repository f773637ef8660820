using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>What <c>--log-level debug</c> tells of programs and decisions.</summary>
public class DebugTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "busybox", "runc")]
    public async Task Programs_are_told_with_their_arguments_and_how_they_ended()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = await sandbox.BuildSharp.ReadAsync("from", "base");
        var run = await sandbox.BuildSharp.RunAsync(3, ["--log-level", "debug", "run", container, "sh", "-c", "exit 3"]);
        Assert.Matches("msg=\"running /\\S+/runc --root .* run --bundle ", run.Error);
        Assert.Matches("/runc ended with status 3\"", run.Error);
        Assert.Contains("the command runs as 0:0 in /, root ", run.Error);
    }

    [RequiresFact(All, "busybox", "git")]
    public async Task Passwords_in_addresses_are_masked()
    {
        using var sandbox = new Sandbox();
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        var failed = await sandbox.BuildSharp.RunAsync(
            125, ["--log-level", "debug", "add", "--retry", "0", container, "https://user:hushhush@localhost:1/r.git", "/"]);
        Assert.Contains("https://user:xxxxx@localhost:1/r.git", failed.Error);
        Assert.Matches("running /\\S*git .* remote add origin https://localhost:1/r.git", failed.Error);
        Assert.DoesNotContain("hushhush", failed.Error);
    }

    [RequiresFact(All, "busybox")]
    public async Task A_build_tells_what_it_found_among_the_images()
    {
        using var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nCOPY Dockerfile /\n");
        var first = await sandbox.BuildSharp.RunAsync("--log-level", "debug", "bud", "--layers", "-q", "--build-arg", "NAME=hushhush", ".");
        var second = await sandbox.BuildSharp.RunAsync("--log-level", "debug", "bud", "--layers", "-q", ".");
        Assert.Contains("base is taken from the store: image ", first.Error);
        Assert.Contains("images fit what COPY makes, none has its history", first.Error);
        Assert.Contains($"images fit what COPY makes, {second.Output.Trim()} has its history", second.Error);
        Assert.DoesNotContain("hushhush", first.Error);
    }
}
