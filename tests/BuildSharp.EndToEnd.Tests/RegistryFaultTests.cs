using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Ten layers through a registry that misbehaves: the copy ends right, or clearly with nothing half-made.</summary>
public sealed class RegistryFaultTests : IAsyncLifetime, IDisposable
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const int Layers = 10;

    private readonly Sandbox _sandbox = new();
    private TemporaryRegistry? _registry;

    public async Task InitializeAsync()
    {
        if (!Tool.BuildSharp.Exists || !Tool.Named("docker-registry").Exists)
        {
            return;
        }

        _registry = await TemporaryRegistry.StartAsync();
        var random = new Random(1);
        for (var layer = 0; layer < Layers; layer++)
        {
            var content = new byte[200_000];
            random.NextBytes(content);
            File.WriteAllBytes(_sandbox[$"file{layer}"], content);
        }

        _sandbox.Write("Dockerfile", "FROM scratch\n" + string.Concat(Enumerable.Range(0, Layers).Select(layer => $"COPY file{layer} /\n")));
        await _sandbox.BuildSharp.RunAsync("bud", "-q", "--layers", "-t", "app", ".");
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

    [RequiresTheory(All, "docker-registry", "skopeo")]
    [InlineData(RegistryFault.None, null)]
    [InlineData(RegistryFault.Reset, null)]
    [InlineData(RegistryFault.TooManyRequests, null)]
    [InlineData(RegistryFault.ServerError, null)]
    [InlineData(RegistryFault.Redirect, null)]
    [InlineData(RegistryFault.ExpiringTokens, null)]
    [InlineData(RegistryFault.WrongLength, "bytes, the manifest says")]
    [InlineData(RegistryFault.WrongBytes, "expected sha256:")]
    [InlineData(RegistryFault.Endless, "is larger than 4194304 bytes")]
    public async Task A_pull_through(RegistryFault fault, string? problem)
    {
        using var faulty = new FaultyRegistry(_registry!.Host, fault);
        var (tool, name) = (_sandbox.BuildSharp, $"{faulty.Host}/team/app:1");
        var id = await tool.ReadAsync("images", "-q", "--no-trunc", "app");
        await tool.RunAsync("rmi", "-a", "-f");
        var pulled = await tool.RunAsync(problem is null ? 0 : 125, ["pull", "--tls-verify=false", "--retry-delay", "10ms", name]);
        if (problem is null)
        {
            Assert.Equal(id, "sha256:" + pulled.Output.TrimEnd());
            Assert.Equal(await RemoteDigestAsync("team/app:1"), await tool.ReadAsync("images", "--format", "{{.Digest}}", name));
        }
        else
        {
            Assert.Contains(problem, pulled.Error);
            Assert.Equal("", await tool.ReadAsync("images", "-q"));
        }

        await tool.RunAsync("check");
        AssertNoTokenElsewhere(faulty);
        Assert.DoesNotContain("token-", pulled.Error);
    }

    [RequiresTheory(All, "docker-registry", "skopeo")]
    [InlineData(RegistryFault.None, null)]
    [InlineData(RegistryFault.Reset, null)]
    [InlineData(RegistryFault.TooManyRequests, null)]
    [InlineData(RegistryFault.ServerError, null)]
    [InlineData(RegistryFault.Redirect, null)]
    [InlineData(RegistryFault.ExpiringTokens, null)]
    [InlineData(RegistryFault.RedirectUploads, null)]
    [InlineData(RegistryFault.WrongLength, null)]
    [InlineData(RegistryFault.WrongBytes, "DIGEST_INVALID")]
    [InlineData(RegistryFault.Endless, "500")]
    public async Task A_push_through(RegistryFault fault, string? problem)
    {
        using var faulty = new FaultyRegistry(_registry!.Host, fault);
        var repository = $"pushed/{fault.ToString().ToLowerInvariant()}:1";
        // Nothing is to be found or mounted.
        File.Delete(Path.Combine(_sandbox.Root, "cache", "buildsharp-blobs"));
        var pushed = await _sandbox.BuildSharp.RunAsync(
            problem is null ? 0 : 125, ["push", "--tls-verify=false", "--retry", "1", "--retry-delay", "10ms", "app", $"{faulty.Host}/{repository}"]);
        if (problem is null)
        {
            Assert.Equal(await RemoteDigestAsync("team/app:1"), await RemoteDigestAsync(repository));
            await _sandbox.Named("skopeo").RunAsync("copy", "-q", "--src-tls-verify=false", $"docker://{_registry.Host}/{repository}", "dir:" + _sandbox["read"]);
        }
        else
        {
            Assert.Contains(problem, pushed.Error);
            Assert.Contains("manifest unknown", (await _sandbox.Named("skopeo").RunAsync(
                1, ["inspect", "--tls-verify=false", $"docker://{_registry.Host}/{repository}"])).Error);
        }

        Assert.DoesNotContain("token-", pushed.Error);
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

    private static void AssertNoTokenElsewhere(FaultyRegistry faulty) =>
        Assert.DoesNotContain(faulty.RequestsElsewhere, request => request.Contains("Bearer", StringComparison.Ordinal));

    private Task<string> RemoteDigestAsync(string image) =>
        _sandbox.Named("skopeo").ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{_registry!.Host}/{image}");
}
