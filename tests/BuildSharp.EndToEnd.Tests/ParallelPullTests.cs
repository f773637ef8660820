using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Layers of an image are pulled side by side, by one process or by several, and a pull that is stopped leaves nothing.</summary>
public class ParallelPullTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const int Layers = 12;

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true };

    [RequiresFact(All, "docker-registry")]
    public async Task Two_processes_that_pull_the_same_image_fetch_each_layer_once()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var id = await PushLayersAsync(sandbox, $"{registry.Host}/team/app:1");
        using var counted = new FaultyRegistry(registry.Host, RegistryFault.None);
        var pulls = Enumerable.Range(0, 2).Select(_ => sandbox.BuildSharp.ReadAsync("pull", "-q", "--tls-verify=false", $"{counted.Host}/team/app:1"));
        Assert.All(await Task.WhenAll(pulls), pulled => Assert.Equal(id, pulled));

        var fetched = counted.Requests.Where(request => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains("/blobs/", StringComparison.Ordinal));
        Assert.Equal(Layers, fetched.Count(request => !request.EndsWith(id, StringComparison.Ordinal)));
        Assert.DoesNotContain(Directory.EnumerateFiles(sandbox.RunRoot, "*", Everything), file => file.Contains("-claims/", StringComparison.Ordinal));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check", "--max", "0s"));
    }

    [RequiresTheory(All, "docker-registry")]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public async Task A_layer_that_occurs_twice_is_fetched_once_and_stacked_twice(string driver)
    {
        using var sandbox = new Sandbox(driver);
        await using var registry = await TemporaryRegistry.StartAsync();
        sandbox.Write("one", new string('1', 100_000));
        sandbox.Write("two", "2");
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY one /f\nCOPY two /f\nCOPY one /f\n");
        var name = $"{registry.Host}/team/twice:1";
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--layers", "--timestamp", "0", "-t", "twice", ".");
        await sandbox.BuildSharp.RunAsync("push", "-q", "--tls-verify=false", "twice", "docker://" + name);
        await sandbox.BuildSharp.RunAsync("rmi", "-a", "-f");
        using var counted = new FaultyRegistry(registry.Host, RegistryFault.None);
        await sandbox.BuildSharp.RunAsync("pull", "-q", "--tls-verify=false", $"{counted.Host}/team/twice:1");

        var root = await sandbox.BuildSharp.ReadAsync("mount", await sandbox.BuildSharp.ReadAsync("from", $"{counted.Host}/team/twice:1"));
        Assert.Equal(100_000, new FileInfo(Path.Combine(root, "f")).Length);
        Assert.Equal(3, counted.Requests.Count(request => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains("/blobs/", StringComparison.Ordinal)));
    }

    [RequiresTheory(All, "docker-registry")]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("KILL", 137)]
    public async Task A_pull_that_is_stopped_leaves_no_image_and_no_files(string signal, int status)
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var name = $"{registry.Host}/team/long:1";
        var container = await sandbox.BuildSharp.ReadAsync("from", "scratch");
        using (var file = File.Create(Path.Combine(await sandbox.BuildSharp.ReadAsync("mount", container), "zeros")))
        {
            file.SetLength(1L << 30); // little to fetch and much to write, so that the download has ended when the signal comes
        }

        await sandbox.BuildSharp.RunAsync("commit", "-q", "--rm", container, "long");
        await sandbox.BuildSharp.RunAsync("push", "-q", "--tls-verify=false", "long", "docker://" + name);
        await sandbox.BuildSharp.RunAsync("rmi", "long");
        var begun = Moment.Until(() => Directory.EnumerateFiles(sandbox.Root, "zeros", Everything).Any(), "the layer was not unpacked");
        var ended = await sandbox.BuildSharp.SignalledAfter(begun, signal).RunAsync(status, ["pull", "-q", "--tls-verify=false", name]);
        Assert.Equal(signal == "KILL" ? "" : "Error: interrupted\n", ended.Error);

        // A writing command clears what a killed one has left.
        await sandbox.BuildSharp.RunAsync("rm", await sandbox.BuildSharp.ReadAsync("from", "scratch"));
        Assert.Empty(Directory.EnumerateFiles(sandbox.Root, "zeros", Everything));
        Assert.Empty(await sandbox.BuildSharp.ReadAsync("images", "-a", "-q"));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check", "--max", "0s"));
    }

    /// <summary>Pushes an image of many layers and removes it from the store.</summary>
    /// <returns>Its ID.</returns>
    private static async Task<string> PushLayersAsync(Sandbox sandbox, string name)
    {
        var random = new Random(1);
        var lines = new List<string> { "FROM scratch" };
        for (var i = 0; i < Layers; i++)
        {
            var bytes = new byte[300_000];
            random.NextBytes(bytes);
            await File.WriteAllBytesAsync(sandbox[$"file{i}"], bytes);
            lines.Add($"COPY file{i} /d/file{i}");
        }

        sandbox.Write("Dockerfile", string.Join('\n', lines) + "\n");
        var id = await sandbox.BuildSharp.ReadAsync("bud", "-q", "--layers", "-t", "layered", ".");
        await sandbox.BuildSharp.RunAsync("push", "-q", "--tls-verify=false", "layered", "docker://" + name);
        await sandbox.BuildSharp.RunAsync("rmi", "-a", "-f");
        return id;
    }
}
