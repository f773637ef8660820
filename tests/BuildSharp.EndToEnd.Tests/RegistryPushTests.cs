using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Images go to a registry: a real docker-registry, read back by other tools.</summary>
public class RegistryPushTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "docker-registry", "skopeo", "buildah", "podman", "runc", "busybox")]
    public async Task A_pushed_image_is_read_by_every_tool_and_the_digest_is_that_of_the_registry()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await BuildAsync(sandbox);
        var name = $"{registry.Host}/team/app:1";
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("push", "-q", "--tls-verify=false", "--digestfile", sandbox["digest"], "app", name));
        Assert.Equal(await RemoteDigestAsync(sandbox, name), File.ReadAllText(sandbox["digest"]));
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "--src-tls-verify=false", "docker://" + name, "oci:" + sandbox["layout"] + ":1");
        await sandbox.Buildah.RunAsync("pull", "-q", "--tls-verify=false", "docker://" + name);
        await sandbox.BuildSharp.RunAsync("rmi", "-a", "-f");
        Assert.Equal("added", await sandbox.Podman.ReadAsync("run", "--rm", "--network", "host", "--tls-verify=false", "-q", name, "cat", "/added"));
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task What_the_registry_has_is_not_sent_again()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await BuildAsync(sandbox);
        var tool = sandbox.BuildSharp;
        var first = await PushAsync(tool, "app", $"{registry.Host}/team/app:1");
        Assert.Equal((2, 0), (Copied(first.Error), Skipped(first.Error)));
        var again = await PushAsync(tool, "app", $"{registry.Host}/team/app:2");
        Assert.Equal((0, 2), (Copied(again.Error), Skipped(again.Error)));
        var elsewhere = await tool.RunAsync("--log-level", "debug", "push", "--tls-verify=false", "app", $"{registry.Host}/other/app:1");
        Assert.Equal((0, 2), (Copied(elsewhere.Error), Skipped(elsewhere.Error)));
        Assert.Contains($"is mounted from {registry.Host}/team/app", elsewhere.Error);
        Assert.Equal(
            await RemoteDigestAsync(sandbox, $"{registry.Host}/team/app:1"), await RemoteDigestAsync(sandbox, $"{registry.Host}/other/app:1"));

        // The knowledge is no more than that: without it, and with wrong one, the layers are sent.
        var known = Path.Combine(sandbox.Root, "cache", "buildsharp-blobs");
        File.WriteAllText(known, "nonsense\n" + File.ReadAllText(known).Replace("other/app", "gone/app", StringComparison.Ordinal).Replace("team/app", "gone/app", StringComparison.Ordinal));
        var anew = await PushAsync(tool, "app", $"{registry.Host}/third/app:1");
        Assert.Equal((2, 0), (Copied(anew.Error), Skipped(anew.Error)));
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task A_pulled_image_keeps_its_digest_in_another_repository_of_the_registry()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var (from, to) = ($"{registry.Host}/team/base:1", $"{registry.Host}/other/base:1");
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "--dest-tls-verify=false", BusyboxImage.WriteLayout(sandbox["base"]), "docker://" + from);
        await sandbox.BuildSharp.RunAsync("pull", "-q", "--tls-verify=false", from);
        await PushAsync(sandbox.BuildSharp, from, to);
        Assert.Equal(await RemoteDigestAsync(sandbox, from), await RemoteDigestAsync(sandbox, to));
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task An_image_of_ours_keeps_its_digest_from_registry_to_registry()
    {
        using var sandbox = new Sandbox();
        await using var one = await TemporaryRegistry.StartAsync();
        await using var two = await TemporaryRegistry.StartAsync();
        await BuildAsync(sandbox);
        var tool = sandbox.BuildSharp;
        await PushAsync(tool, "app", $"{one.Host}/team/app:1");
        await tool.RunAsync("rmi", "-a", "-f");
        await tool.RunAsync("pull", "-q", "--tls-verify=false", $"{one.Host}/team/app:1");
        await PushAsync(tool, $"{one.Host}/team/app:1", $"{two.Host}/team/app:1");
        Assert.Equal(await RemoteDigestAsync(sandbox, $"{one.Host}/team/app:1"), await RemoteDigestAsync(sandbox, $"{two.Host}/team/app:1"));
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Format_and_compression_are_as_asked()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await BuildAsync(sandbox);
        var tool = sandbox.BuildSharp;
        await PushAsync(tool, "--format=v2s2", "app", $"{registry.Host}/a/docker:1");
        Assert.Contains("application/vnd.docker.distribution.manifest.v2+json", await RawAsync(sandbox, $"{registry.Host}/a/docker:1"));
        await PushAsync(tool, "--compression-format=zstd", "app", $"{registry.Host}/a/zstd:1");
        Assert.Contains("tar+zstd", await RawAsync(sandbox, $"{registry.Host}/a/zstd:1"));
        await PushAsync(tool, "-D", "app", $"{registry.Host}/a/plain:1");
        Assert.Contains("layer.v1.tar\"", await RawAsync(sandbox, $"{registry.Host}/a/plain:1"));
        var refused = await tool.RunAsync(
            125, ["push", "--tls-verify=false", "--format=v2s2", "--compression-format=zstd", "app", $"{registry.Host}/a/both:1"]);
        Assert.Contains("zstd layers cannot be expressed in Docker manifests", refused.Error);
        await sandbox.Buildah.RunAsync("pull", "-q", "--tls-verify=false", $"docker://{registry.Host}/a/zstd:1");
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task A_list_goes_with_its_images()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var tool = sandbox.BuildSharp;
        var list = $"{registry.Host}/team/list:1";
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            sandbox.Write("Dockerfile", $"FROM scratch\nLABEL a={architecture}\nCOPY Dockerfile /\n");
            await tool.RunAsync("bud", "-q", "--arch", architecture, "--manifest", list, ".");
        }

        // Without a destination, the list's own name is one.
        await tool.RunAsync("manifest", "push", "-q", "--tls-verify=false", "--digestfile", sandbox["digest"], list);
        Assert.Equal(await RemoteDigestAsync(sandbox, list), File.ReadAllText(sandbox["digest"]));
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "--all", "--src-tls-verify=false", "docker://" + list, "oci:" + sandbox["layout"] + ":1");
        await tool.RunAsync("manifest", "create", "copy");
        await tool.RunAsync("manifest", "add", "--all", "--tls-verify=false", "copy", "docker://" + list);
        await tool.RunAsync("manifest", "push", "-q", "--tls-verify=false", "copy", $"{registry.Host}/other/list:1");
        Assert.Equal(Digests(await RawAsync(sandbox, list)), Digests(await RawAsync(sandbox, $"{registry.Host}/other/list:1")));
    }

    /// <summary>No file may grow beyond 4 MB, and the container has one of 20 MB: the layer is made while it is sent.</summary>
    [RequiresTheory(All, "docker-registry", "skopeo", "busybox", "bash")]
    [InlineData("commit -q")]
    [InlineData("commit -q --squash")]
    [InlineData("commit -q --add-file large:/added")]
    public async Task A_container_is_committed_straight_to_a_registry_without_a_file_between(string words)
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var tool = sandbox.BuildSharp;
        await sandbox.AddBaseImageAsync(tool);
        var container = await tool.ReadAsync("from", "base");
        await sandbox.Named("sh").RunAsync("-ec", "head -c 20000000 /dev/urandom > large");
        await tool.RunAsync("add", container, "large", "/large");
        var images = await tool.ReadAsync("images", "-q", "-a");
        var command = string.Join(' ', [tool.Program, .. tool.LeadingArguments, words, "--timestamp 0 --disable-compression=false --tls-verify=false", container]);
        await sandbox.Named("bash").RunAsync("-ec", $"ulimit -f 4000; {command} docker://{registry.Host}/team/straight:1");
        Assert.Equal(images, await tool.ReadAsync("images", "-q", "-a"));

        // It is the image that the store would have got.
        await tool.RunAsync([.. words.Split(' '), "--timestamp", "0", container, "stored"]);
        await PushAsync(tool, "stored", $"{registry.Host}/team/stored:1");
        Assert.Equal(await RawAsync(sandbox, $"{registry.Host}/team/stored:1"), await RawAsync(sandbox, $"{registry.Host}/team/straight:1"));
        await tool.RunAsync("check");
    }

    private static async Task BuildAsync(Sandbox sandbox)
    {
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("added", "added");
        sandbox.Write("Dockerfile", "FROM base\nCOPY added /added\n");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "-t", "app", ".");
    }

    private static Task<ToolResult> PushAsync(Tool tool, params string[] words) => tool.RunAsync(["push", "--tls-verify=false", .. words]);

    private static int Copied(string error) => error.Split('\n').Count(line => line.StartsWith("Copying blob", StringComparison.Ordinal)) - Skipped(error);

    private static int Skipped(string error) => error.Split('\n').Count(line => line.EndsWith("skipped: already exists", StringComparison.Ordinal));

    private static string[] Digests(string list)
    {
        using var document = JsonDocument.Parse(list);
        return [.. document.RootElement.GetProperty("manifests").EnumerateArray().Select(entry => entry.GetProperty("digest").GetString()!)];
    }

    private static Task<string> RawAsync(Sandbox sandbox, string name) =>
        sandbox.Named("skopeo").ReadAsync("inspect", "--raw", "--tls-verify=false", "docker://" + name);

    private static Task<string> RemoteDigestAsync(Sandbox sandbox, string name) =>
        sandbox.Named("skopeo").ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name);
}
