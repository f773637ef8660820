using System.Text;
using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Ten layers through a registry that misbehaves: the copy ends right, or clearly with nothing half-made.</summary>
public sealed partial class RegistryFaultTests : IAsyncLifetime, IDisposable
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const int Layers = 10;

    // Longer than the minute and a half that a silent registry costs at most before the transfer goes on.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(4);

    private readonly Sandbox _sandbox = new();
    private TemporaryRegistry? _registry;
    private string? _id;

    public async Task InitializeAsync()
    {
        if (!Tool.BuildSharp.Exists || !Tool.Named("docker-registry").Exists)
        {
            return;
        }

        _registry = await TemporaryRegistry.StartAsync();
        await BuildAsync(_sandbox);
        _id = await _sandbox.BuildSharp.ReadAsync("images", "-q", "--no-trunc", "app");
        await _sandbox.BuildSharp.RunAsync("push", "-q", "--tls-verify=false", "app", $"{_registry.Host}/team/app:1");
    }

    public async Task DisposeAsync()
    {
        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }
    }

    public void Dispose() => _sandbox.Dispose();

    [RequiresFact(All, "docker-registry", "skopeo")]
    public async Task Each_fault_ends_with_the_whole_image_or_a_message_and_nothing()
    {
        // All at once, because the registry that stalls costs the minute after which it is given up.
        var rows = Enum.GetValues<RegistryFault>()
            .Select(async fault => (Fault: fault, Ends: await Task.WhenAll(PullAsync(fault), PushAsync(fault)))).ToList();
        var report = new StringBuilder();
        foreach (var (fault, ends) in await Task.WhenAll(rows))
        {
            report.AppendLine($"{fault}\n  pull: {ends[0]}\n  push: {ends[1]}");
        }

        Snapshot.Match(Varying().Replace(report.ToString(), "…"));
    }

    // What a user sees of it: "right", or the message.
    private async Task<string> PullAsync(RegistryFault fault)
    {
        using var sandbox = new Sandbox();
        using var faulty = new FaultyRegistry(_registry!.Host, fault);
        var (tool, name) = (sandbox.BuildSharp.Within(Deadline), $"{faulty.Host}/team/app:1");
        var pulled = await tool.ExecuteAsync(["pull", "--tls-verify=false", "--retry-delay", "10ms", name]);
        await tool.RunAsync("check");
        Assert.DoesNotContain("token-", pulled.Error);
        Assert.DoesNotContain(faulty.RequestsElsewhere, request => request.Contains("Bearer", StringComparison.Ordinal));
        if (fault == RegistryFault.None)
        {
            // A tag that moves meanwhile mixes no images, because everything after its manifest is read by digest.
            Assert.Single(faulty.Requests, request => request.StartsWith("GET ", StringComparison.Ordinal) && request.Contains("/manifests/", StringComparison.Ordinal));
        }

        if (pulled.ExitCode != 0)
        {
            Assert.Equal(("", ""), (pulled.Output, await tool.ReadAsync("images", "-q", "-a")));
            return ReportOf(pulled);
        }

        Assert.Equal(_id, "sha256:" + pulled.Output.TrimEnd());
        Assert.Equal(await RemoteDigestAsync("team/app:1"), await tool.ReadAsync("images", "--format", "{{.Digest}}", name));
        return "right";
    }

    private async Task<string> PushAsync(RegistryFault fault)
    {
        using var sandbox = new Sandbox();
        using var faulty = new FaultyRegistry(_registry!.Host, fault);
        var repository = $"pushed/{fault.ToString().ToLowerInvariant()}:1";
        await BuildAsync(sandbox);
        var pushed = await sandbox.BuildSharp.Within(Deadline).ExecuteAsync(
            ["push", "--tls-verify=false", "--retry", "1", "--retry-delay", "10ms", "app", $"{faulty.Host}/{repository}"]);
        Assert.DoesNotContain("token-", pushed.Error);
        Assert.DoesNotContain(faulty.RequestsElsewhere, request => request.Contains("Bearer", StringComparison.Ordinal));
        Assert.Equal(fault is RegistryFault.UploadsElsewhere or RegistryFault.RedirectUploads, faulty.RequestsElsewhere.Count > 0);
        if (pushed.ExitCode != 0)
        {
            Assert.Contains("manifest unknown", (await _sandbox.Named("skopeo").ExecuteAsync(
                ["inspect", "--tls-verify=false", $"docker://{_registry.Host}/{repository}"])).Error);
            return ReportOf(pushed);
        }

        await sandbox.Named("skopeo").RunAsync("copy", "-q", "--src-tls-verify=false", $"docker://{_registry.Host}/{repository}", "dir:" + sandbox["read"]);
        var isSame = await RemoteDigestAsync("team/app:1") == await RemoteDigestAsync(repository);
        return isSame ? "right" : "right, with another digest";
    }

    [RequiresTheory(All, "docker-registry", "skopeo")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_registry_that_goes_silent_holds_a_command_for_its_own_limit_only(bool isPush)
    {
        using var faulty = new FaultyRegistry(_registry!.Host, RegistryFault.Stall);
        var (layout, pushed) = ("oci:" + _sandbox["layout:1"], $"docker://{faulty.Host}/silent/app:1");
        var from = isPush ? _sandbox.Stored("localhost/app:latest") : $"docker://{faulty.Host}/team/app:1";
        var stopped = await _sandbox.BuildSharp.RunAsync(
            1, ["skopeo", "copy", "--command-timeout", "2s", "--src-tls-verify=false", "--dest-tls-verify=false", from, isPush ? pushed : layout]);
        Assert.Contains("copy was stopped after the 2s of --command-timeout", stopped.Error);
        // The exit status for what is not there is 1 or 2, depending on skopeo's version.
        var look = await _sandbox.Named("skopeo").ExecuteAsync(["inspect", "--tls-verify=false", isPush ? $"docker://{_registry.Host}/silent/app:1" : layout]);
        Assert.NotEqual(0, look.ExitCode);
        Assert.Matches("manifest unknown|no such file|no descriptor found", look.Error);
    }

    [RequiresTheory(All, "docker-registry", "skopeo")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_registry_that_refuses_OCI_manifests_gets_the_image_in_Dockers_format(bool isList)
    {
        using var faulty = new FaultyRegistry(_registry!.Host, RegistryFault.DockerOnly);
        var (tool, digest) = (_sandbox.BuildSharp, _sandbox["digest"]);
        await tool.RunAsync("manifest", "create", "--annotation", "a=b", "list", "containers-storage:app");
        string[] words = isList ? ["manifest", "push", "--tls-verify=false", "--digestfile", digest, "list"] : ["push", "--tls-verify=false", "--digestfile", digest, "app"];
        var pushed = await tool.RunAsync([.. words, $"{faulty.Host}/old/app:1"]);
        Assert.Contains($"the registry refuses manifests of type application/vnd.oci.image.", pushed.Error);
        Assert.Contains("without annotation org.opencontainers.image.", pushed.Error);
        var raw = await _sandbox.Named("skopeo").ReadAsync("inspect", "--raw", "--tls-verify=false", $"docker://{_registry.Host}/old/app:1");
        Assert.Contains($"application/vnd.docker.distribution.manifest.{(isList ? "list.v2" : "v2")}+json", raw);
        Assert.DoesNotContain("vnd.oci", raw);
        Assert.Equal(await RemoteDigestAsync("old/app:1"), File.ReadAllText(digest));
    }

    private static string ReportOf(ToolResult failed)
    {
        Assert.Equal(125, failed.ExitCode);
        return failed.Error.TrimEnd().Split('\n')[^1];
    }

    // Layers are worked on at the same time: which one fails first, and how far it was, differs.
    [GeneratedRegex(@"sha256:[0-9a-f]{64}|(?<=127\.0\.0\.1:)\d+")]
    private static partial Regex Varying();

    private static async Task BuildAsync(Sandbox sandbox)
    {
        var random = new Random(1);
        for (var layer = 0; layer < Layers; layer++)
        {
            var content = new byte[200_000];
            random.NextBytes(content);
            File.WriteAllBytes(sandbox[$"file{layer}"], content);
        }

        sandbox.Write("Dockerfile", "FROM scratch\n" + string.Concat(Enumerable.Range(0, Layers).Select(layer => $"COPY file{layer} /\n")));
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--layers", "--timestamp", "0", "-t", "app", ".");
    }

    private Task<string> RemoteDigestAsync(string image) =>
        _sandbox.Named("skopeo").ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{_registry!.Host}/{image}");
}
