using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Images come from a registry into the store: a real docker-registry, filled by skopeo.</summary>
public class RegistryPullTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "docker-registry", "skopeo", "podman", "runc", "busybox")]
    public async Task A_pulled_image_keeps_its_digest_and_runs()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var name = await PushBaseAsync(sandbox, registry, "team/base:1");
        var tool = sandbox.BuildSharp;
        var id = await tool.ReadAsync("pull", "--tls-verify=false", name);
        Assert.Equal(await RemoteDigestAsync(sandbox, name), await DigestOfAsync(tool, name));
        Assert.Equal(id[..12], await tool.ReadAsync("images", "-q", name));
        Assert.Equal("here", await sandbox.Podman.ReadAsync("run", "--rm", "--network", "host", name, "echo", "here"));
        await tool.RunAsync("check");
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Every_verb_that_takes_an_image_takes_one_of_a_registry()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var name = await PushBaseAsync(sandbox, registry, "team/base:1");
        var (tool, digest) = (sandbox.BuildSharp, await RemoteDigestAsync(sandbox, name));
        Assert.Equal("127.0.0.1-working-container", await tool.ReadAsync("from", "-q", "--tls-verify=false", name));
        await tool.RunAsync("rmi", "-f", name);
        var id = await tool.ReadAsync("pull", "-q", "--tls-verify=false", $"docker://{registry.Host}/team/base@{digest}");
        Assert.Equal(id, (await tool.ReadAsync("inspect", "--format", "{{.FromImageID}}", $"{registry.Host}/team/base@{digest}")));
        await tool.RunAsync("rmi", "-f", id);
        sandbox.Write("Dockerfile", $"FROM {name}@{digest} AS one\nFROM scratch\nCOPY --from={name} /bin/busybox /bin/busybox\nCOPY --from=one /etc/passwd /\n");
        await tool.RunAsync("bud", "-q", "--tls-verify=false", "-t", "app", ".");
        await tool.RunAsync("manifest", "create", "list");
        Assert.EndsWith(digest, await tool.ReadAsync("manifest", "add", "--tls-verify=false", "list", $"docker://{name}"));
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task The_policy_decides_when_a_registry_is_asked()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var name = await PushBaseAsync(sandbox, registry, "team/base:1");
        var tool = sandbox.BuildSharp;
        Assert.Contains($"{name}: image not known", (await tool.RunAsync(125, ["pull", "--policy", "never", "--tls-verify=false", name])).Error);
        var first = await tool.ReadAsync("pull", "-q", "--tls-verify=false", name);
        var second = await ChangeAsync(sandbox, name);
        Assert.NotEqual(first, second);
        Assert.Equal(first, await tool.ReadAsync("pull", "-q", "--tls-verify=false", name));
        Assert.Equal(second, await tool.ReadAsync("pull", "-q", "--policy", "ifnewer", "--tls-verify=false", name));
        Assert.DoesNotContain("Copying", (await tool.RunAsync("pull", "--policy", "ifnewer", "--tls-verify=false", name)).Error);
        Assert.Contains("Copying", (await tool.RunAsync("pull", "--policy", "always", "--tls-verify=false", name)).Error);

        // A registry that is gone is no reason to do without a stored image, unless it has to be asked.
        await registry.DisposeAsync();
        Assert.Equal(second, await tool.ReadAsync("pull", "-q", "--policy", "ifnewer", "--tls-verify=false", name));
        Assert.Contains(
            "Connection refused", (await tool.RunAsync(125, ["from", "--pull-always", "--retry", "0", "--tls-verify=false", name])).Error);
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Layers_that_are_there_are_not_fetched()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var name = await PushBaseAsync(sandbox, registry, "team/base:1");
        var tool = sandbox.BuildSharp;
        await tool.RunAsync("pull", "-q", "--tls-verify=false", name);
        await ChangeAsync(sandbox, name);
        var pulled = await tool.RunAsync("pull", "--policy", "always", "--tls-verify=false", name);
        Assert.Single(pulled.Error.Split('\n'), line => line.EndsWith("skipped: already exists", StringComparison.Ordinal));
        Assert.Equal(2, pulled.Error.Split('\n').Count(line => line.StartsWith("Copying blob", StringComparison.Ordinal)));
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task A_list_gives_the_image_for_the_platform_and_is_found_by_its_own_digest()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var tool = sandbox.BuildSharp;
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            sandbox.Write("Dockerfile", $"FROM scratch\nLABEL a={architecture}\nCOPY Dockerfile /\n");
            await tool.RunAsync("bud", "-q", "--arch", architecture, "--manifest", "list", ".");
        }

        await tool.RunAsync("manifest", "push", "-q", "list", "oci:" + sandbox["list"] + ":x");
        var name = $"{registry.Host}/team/list:1";
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "--all", "--dest-tls-verify=false", "oci:" + sandbox["list"] + ":x", "docker://" + name);
        await tool.RunAsync("rmi", "-a", "-f");
        await tool.RunAsync("pull", "-q", "--arch", "arm64", "--tls-verify=false", name);
        Assert.Equal("arm64", await tool.ReadAsync("inspect", "--format", "{{.OCIv1.Architecture}}", name));
        var list = await RemoteDigestAsync(sandbox, name);
        Assert.Equal(
            await tool.ReadAsync("images", "-q", name), (await tool.ReadAsync("inspect", "--format", "{{.FromImageID}}", $"{registry.Host}/team/list@{list}"))[..12]);
        Assert.DoesNotContain("Copying", (await tool.RunAsync("pull", "--arch", "arm64", "--policy", "ifnewer", "--tls-verify=false", name)).Error);
        Assert.Contains("no image for platform linux/s390x", (await tool.RunAsync(125, ["pull", "--arch", "s390x", "--tls-verify=false", name])).Error);
        await tool.RunAsync("check");
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Plain_HTTP_needs_the_flag_and_a_policy_decides_by_the_name()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var name = await PushBaseAsync(sandbox, registry, "team/base:1");
        var tool = sandbox.BuildSharp;
        Assert.Contains("server gave HTTP response to HTTPS client", (await tool.RunAsync(125, ["pull", name])).Error);
        Assert.Contains("manifest unknown", (await tool.RunAsync(125, ["pull", "--tls-verify=false", $"{registry.Host}/team/base:2"])).Error);
        var policy = sandbox.Write(
            "policy.json", $$"""{"default":[{"type":"reject"}],"transports":{"docker":{"{{registry.Host}}/team":[{"type":"insecureAcceptAnything"}]} } }""");
        await tool.RunAsync("pull", "-q", "--signature-policy", policy, "--tls-verify=false", name);
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", "docker://" + name, $"docker://{registry.Host}/other/base:1");
        Assert.Contains(
            "reject", (await tool.RunAsync(125, ["pull", "--signature-policy", policy, "--tls-verify=false", $"{registry.Host}/other/base:1"])).Error);
    }

    private static async Task<string> PushBaseAsync(Sandbox sandbox, TemporaryRegistry registry, string image)
    {
        var name = $"{registry.Host}/{image}";
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "--dest-tls-verify=false", BusyboxImage.WriteLayout(sandbox["base"]), "docker://" + name);
        return name;
    }

    /// <summary>Puts another image of one more layer under the name; returns its ID.</summary>
    private static async Task<string> ChangeAsync(Sandbox sandbox, string name)
    {
        var skopeo = sandbox.Named("skopeo");
        var tool = sandbox.BuildSharp;
        var container = await tool.ReadAsync("from", "-q", name);
        sandbox.Write("added", "added");
        await tool.RunAsync("copy", container, sandbox["added"], "/added");
        await tool.RunAsync("commit", "-q", container, "oci:" + sandbox["changed"] + ":x");
        await tool.RunAsync("rm", container);
        await skopeo.RunAsync("copy", "-q", "--dest-tls-verify=false", "oci:" + sandbox["changed"] + ":x", "docker://" + name);
        using var config = System.Text.Json.JsonDocument.Parse(await skopeo.ReadAsync("inspect", "--raw", "--tls-verify=false", "docker://" + name));
        return config.RootElement.GetProperty("config").GetProperty("digest").GetString()!["sha256:".Length..];
    }

    private static Task<string> RemoteDigestAsync(Sandbox sandbox, string name) =>
        sandbox.Named("skopeo").ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name);

    private static Task<string> DigestOfAsync(Tool tool, string name) => tool.ReadAsync("images", "--format", "{{.Digest}}", name);
}
