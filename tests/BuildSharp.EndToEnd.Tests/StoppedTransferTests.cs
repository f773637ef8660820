using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary><c>commit</c> and <c>push</c> of many gigabytes are told to stop, or killed: no image and no layout is half made.</summary>
public class StoppedTransferTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    // Holes take no room, and minutes to read.
    private const long Endless = 1L << 40;
    private const long Long = 3L << 30;

    [RequiresTheory(All)]
    [InlineData("INT", 130)]
    [InlineData("INT", 130, "--rm")]
    [InlineData("INT", 130, "--squash")]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("KILL", 137)]
    [InlineData("KILL", 137, "--rm")]
    public async Task A_commit_that_is_stopped_makes_no_image_and_leaves_the_container(string signal, int status, params string[] flags)
    {
        using var sandbox = await WithFileAsync(Endless);
        var ended = await sandbox.BuildSharp.SignalledAfter(Until(() => HasStaging(sandbox.Root)), signal).RunAsync(status, ["commit", "-q", .. flags, "c", "app"]);
        Assert.Equal(signal == "KILL" ? "" : "Error: interrupted\n", ended.Error);
        await NothingIsLeftAsync(sandbox);
    }

    [RequiresTheory(All)]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    [InlineData("KILL", 137)]
    public async Task A_push_that_is_stopped_leaves_no_image_in_the_layout(string signal, int status)
    {
        using var sandbox = await WithFileAsync(Long);
        await sandbox.BuildSharp.RunAsync("commit", "-q", "c", "app");
        var begun = Until(() => Directory.Exists(sandbox["out"]) && Directory.EnumerateFiles(sandbox["out"], "*", Everything).Any(file => new FileInfo(file).Length > 4096));
        var ended = await sandbox.BuildSharp.SignalledAfter(begun, signal).RunAsync(status, ["push", "-q", "app", "oci:out:x"]);
        Assert.Equal(signal == "KILL" ? "" : "Error: interrupted\n", ended.Error);

        Assert.False(File.Exists(sandbox["out/index.json"]));
        await sandbox.BuildSharp.RunAsync("rmi", "app");
        await NothingIsLeftAsync(sandbox);
        // Another push into the same place succeeds and leaves nothing of the first.
        var small = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        await sandbox.BuildSharp.RunAsync("commit", "-q", small, "oci:out:x");
        Assert.All(Directory.EnumerateFiles(sandbox["out/blobs"], "*", Everything), blob => Assert.True(new FileInfo(blob).Length < 4096));
    }

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };

    private static async Task NothingIsLeftAsync(Sandbox sandbox)
    {
        Assert.Equal("c", await sandbox.BuildSharp.ReadAsync("containers", "--format", "{{.ContainerName}}"));
        Assert.Empty(await sandbox.BuildSharp.ReadAsync("images", "-a", "-q"));
        // A writing command clears what a killed one has left.
        await sandbox.BuildSharp.RunAsync("rm", "c");
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check", "--max", "0s"));
        Assert.Empty(sandbox.MountsLeft);
    }

    [RequiresFact(All)]
    public async Task A_signal_ends_the_commit_of_a_build()
    {
        using var sandbox = await WithFileAsync(Long);
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY big /\n");
        using (var file = File.Create(sandbox["big"]))
        {
            file.SetLength(Long);
        }

        var log = sandbox["log"];
        var begun = Until(() => File.Exists(log) && File.ReadAllText(log).Contains("COMMIT", StringComparison.Ordinal));
        var ended = await sandbox.BuildSharp.SignalledAfter(begun, "TERM").RunAsync(143, ["bud", "--logfile", log, "-t", "app", "."]);
        Assert.EndsWith("Error: interrupted\n", ended.Error);
        await NothingIsLeftAsync(sandbox);
    }

    private static bool HasStaging(string root) => Directory.EnumerateDirectories(root, "*", Everything).Any(name => name.Contains("tempdirs/", StringComparison.Ordinal));

    private static async Task<Sandbox> WithFileAsync(long length)
    {
        var sandbox = new Sandbox();
        await sandbox.BuildSharp.RunAsync("from", "--name", "c", "scratch");
        using (var file = File.Create(Path.Combine(await sandbox.BuildSharp.ReadAsync("mount", "c"), "big")))
        {
            file.SetLength(length);
        }

        await sandbox.BuildSharp.RunAsync("umount", "c");
        return sandbox;
    }

    private static async Task Until(Func<bool> condition)
    {
        for (var end = Environment.TickCount64 + 60_000; !condition(); await Task.Delay(5))
        {
            Assert.True(Environment.TickCount64 < end, "the moment for the signal did not come");
        }
    }
}
