using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>An image that another tool compressed goes from one registry through the store to another one.</summary>
public class KeptDigestTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresFact(All, "docker-registry", "skopeo", "buildah")]
    public async Task A_foreign_image_keeps_its_digest_from_registry_to_registry()
    {
        using var sandbox = new Sandbox();
        await using var one = await TemporaryRegistry.StartAsync();
        await using var two = await TemporaryRegistry.StartAsync();
        var (from, to) = ($"{one.Host}/team/app:1", $"{two.Host}/mirror/app:1");
        var digest = await PushForeignAsync(sandbox, from);
        var tool = sandbox.BuildSharp;
        await tool.RunAsync("pull", "-q", "--tls-verify=false", from);
        Assert.Equal("", (await PushAsync(tool, "-q", "--digestfile", sandbox["digest"], from, to)).Error);
        Assert.Equal(digest, await RemoteDigestAsync(sandbox, to));
        Assert.Equal(digest, File.ReadAllText(sandbox["digest"]));

        // In a list, too, which states the digest.
        await tool.RunAsync("manifest", "create", "list", from);
        Assert.Contains(digest, await tool.ReadAsync("manifest", "inspect", "list"));
        await tool.RunAsync("manifest", "push", "-q", "--all", "--tls-verify=false", "list", $"docker://{two.Host}/list/app:1");
        Assert.Equal(digest, await RemoteDigestAsync(sandbox, $"{two.Host}/list/app@{digest}"));
    }

    [RequiresFact(All, "docker-registry", "skopeo", "buildah")]
    public async Task Without_the_registry_that_it_came_from_it_gets_another_digest_which_is_said()
    {
        using var sandbox = new Sandbox();
        await using var one = await TemporaryRegistry.StartAsync();
        await using var two = await TemporaryRegistry.StartAsync();
        var (from, to) = ($"{one.Host}/team/app:1", $"{two.Host}/mirror/app:1");
        var digest = await PushForeignAsync(sandbox, from);
        await sandbox.BuildSharp.RunAsync("pull", "-q", "--tls-verify=false", from);
        await one.DisposeAsync();
        var pushed = await PushAsync(sandbox.BuildSharp, "-q", "--digestfile", sandbox["digest"], from, to);
        var printed = File.ReadAllText(sandbox["digest"]);
        Assert.Equal(await RemoteDigestAsync(sandbox, to), printed);
        Assert.NotEqual(digest, printed);
        var line = Assert.Single(pushed.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"the digest of the image changes from {digest} to {printed}, because its layers are compressed anew", line);
        Assert.Contains("Connection refused", line);
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "--src-tls-verify=false", "docker://" + to, "dir:" + sandbox["copy"]);
    }

    [RequiresFact(All, "docker-registry", "skopeo", "buildah")]
    public async Task A_registry_that_now_sends_other_bytes_is_done_without()
    {
        using var sandbox = new Sandbox();
        await using var one = await TemporaryRegistry.StartAsync();
        await using var two = await TemporaryRegistry.StartAsync();
        using var wrong = new FaultyRegistry(one.Host, RegistryFault.WrongBytes);
        var (from, to) = ($"{one.Host}/team/app:1", $"{two.Host}/mirror/app:1");
        await PushForeignAsync(sandbox, from);
        var tool = sandbox.BuildSharp;
        await tool.RunAsync("pull", "-q", "--tls-verify=false", from);
        Redirect(sandbox, one.Host, wrong.Host);
        Assert.Contains("compressed anew: blob of", (await PushAsync(tool, "-q", from, to)).Error);
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "--src-tls-verify=false", "docker://" + to, "dir:" + sandbox["copy"]);
    }

    [RequiresFact(All, "docker-registry", "skopeo", "buildah")]
    public async Task Where_it_came_from_gets_no_credentials_that_are_for_the_destination_or_that_only_a_flag_leaves_unprotected()
    {
        using var sandbox = new Sandbox();
        await using var one = await TemporaryRegistry.StartAsync();
        await using var two = await TemporaryRegistry.StartAsync();
        using var origin = new FaultyRegistry(one.Host, RegistryFault.ExpiringTokens);
        var (from, to) = ($"{one.Host}/team/app:1", $"{two.Host}/mirror/app:1");
        var digest = await PushForeignAsync(sandbox, from);
        var tool = sandbox.BuildSharp;
        await tool.RunAsync("pull", "-q", "--tls-verify=false", from);
        Redirect(sandbox, one.Host, origin.Host);
        var stored = sandbox.Write("auth.json", $$"""{"auths":{"{{origin.Host}}":{"auth":"c3RvcmVkOnNlY3JldA=="} } }""");
        await PushAsync(tool, "-q", "--creds", "user:secret", "--authfile", stored, from, to);
        Assert.Equal(digest, await RemoteDigestAsync(sandbox, to));
        Assert.NotEmpty(origin.Requests);
        Assert.DoesNotContain(origin.Requests, request => request.Contains("Basic", StringComparison.Ordinal));

        // The configuration may permit what the flag does not: then the stored ones are sent.
        await using var three = await TemporaryRegistry.StartAsync();
        Redirect(sandbox, two.Host, "127.0.0.1:1");
        var configuration = sandbox.Write("insecure.conf", $"[[registry]]\nlocation = \"{origin.Host}\"\ninsecure = true\n");
        await PushAsync(
            tool.WithEnvironment("CONTAINERS_REGISTRIES_CONF", configuration), "-q", "--creds", "user:secret", "--authfile", stored, from,
            $"{three.Host}/mirror/app:1");
        Assert.Equal(digest, await RemoteDigestAsync(sandbox, $"{three.Host}/mirror/app:1"));
        Assert.Contains(origin.Requests, request => request.EndsWith("Basic c3RvcmVkOnNlY3JldA==", StringComparison.Ordinal));
    }

    [RequiresFact(All, "docker-registry", "skopeo", "buildah")]
    public async Task It_is_not_fetched_for_another_form_nor_for_a_layout()
    {
        using var sandbox = new Sandbox();
        await using var one = await TemporaryRegistry.StartAsync();
        await using var two = await TemporaryRegistry.StartAsync();
        using var origin = new FaultyRegistry(one.Host, RegistryFault.None);
        var from = $"{one.Host}/team/app:1";
        await PushForeignAsync(sandbox, from);
        var tool = sandbox.BuildSharp;
        await tool.RunAsync("pull", "-q", "--tls-verify=false", from);
        Redirect(sandbox, one.Host, origin.Host);
        foreach (var flag in new[] { "--format=v2s2", "--compression-format=gzip", "--compression-level=1", "-D" })
        {
            Assert.Equal("", (await PushAsync(tool, "-q", flag, from, $"{two.Host}/form/app{flag.Length}:1")).Error);
        }

        Assert.Equal("", (await tool.RunAsync("push", "-q", from, "oci:layout:1")).Error);
        Assert.Empty(origin.Requests);
    }

    [RequiresTheory(All, "docker-registry", "skopeo", "buildah", "podman")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_image_that_another_tool_pulled_is_read_again_where_its_name_says(bool byPodman)
    {
        using var sandbox = new Sandbox();
        await using var one = await TemporaryRegistry.StartAsync();
        await using var two = await TemporaryRegistry.StartAsync();
        var (from, to) = ($"{one.Host}/team/app:1", $"{two.Host}/mirror/app:1");
        var digest = await PushForeignAsync(sandbox, from);
        await (byPodman ? sandbox.Podman : sandbox.BuildahOnOurStore).RunAsync("pull", "-q", "--tls-verify=false", from);
        // Its first name stays in the history of its names.
        var tool = sandbox.BuildSharp;
        await tool.RunAsync("tag", from, "renamed");
        await tool.RunAsync("untag", from, from);
        Assert.Equal("", (await PushAsync(tool, "-q", "renamed", to)).Error);
        Assert.Equal(digest, await RemoteDigestAsync(sandbox, to));
    }

    [RequiresTheory(All, "docker-registry", "skopeo", "buildah")]
    [InlineData("docker")]
    [InlineData("oci")]
    public async Task A_copy_that_has_to_preserve_the_digest_fetches_the_layers_or_fails(string transport)
    {
        using var sandbox = new Sandbox();
        await using var one = await TemporaryRegistry.StartAsync();
        await using var two = await TemporaryRegistry.StartAsync();
        var from = $"{one.Host}/team/app:1";
        var to = transport == "oci" ? "oci:" + sandbox["layout:1"] : $"docker://{two.Host}/mirror/app:1";
        var digest = await PushForeignAsync(sandbox, from);
        await sandbox.BuildSharp.RunAsync("pull", "-q", "--tls-verify=false", from);
        string[] words = ["skopeo", "copy", "-q", "--preserve-digests", "--src-tls-verify=false", "--dest-tls-verify=false"];
        await sandbox.BuildSharp.RunAsync([.. words, sandbox.Stored(from), to]);
        Assert.Equal(digest, await sandbox.Named("skopeo").ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", to));

        // The second registry has the layers by now, too.
        await one.DisposeAsync();
        await two.DisposeAsync();
        await using var three = await TemporaryRegistry.StartAsync();
        var failed = await sandbox.BuildSharp.RunAsync(1, [.. words, sandbox.Stored(from), to.Replace(two.Host, three.Host).Replace("layout", "other")]);
        Assert.Contains("the digest of the image cannot be preserved, because layer ", failed.Error);
        Assert.Contains("Connection refused", failed.Error);
    }

    /// <summary>Puts an image of two layers, compressed by buildah, into a registry; returns its digest.</summary>
    private static async Task<string> PushForeignAsync(Sandbox sandbox, string name)
    {
        sandbox.Write("one", string.Concat(Enumerable.Range(0, 5000)));
        sandbox.Write("two", string.Concat(Enumerable.Range(0, 7000)));
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY one /one\nCOPY two /two\n");
        await sandbox.Buildah.RunAsync("bud", "-q", "--layers", "-t", "foreign", ".");
        await sandbox.Buildah.RunAsync("push", "-q", "--tls-verify=false", "foreign", "docker://" + name);
        return await RemoteDigestAsync(sandbox, name);
    }

    /// <summary>Lets the store believe that the layers came from another server.</summary>
    private static void Redirect(Sandbox sandbox, string from, string to)
    {
        var known = Path.Combine(sandbox.Root, "cache", "buildsharp-blobs");
        File.WriteAllText(known, File.ReadAllText(known).Replace(from, to, StringComparison.Ordinal));
    }

    private static Task<ToolResult> PushAsync(Tool tool, params string[] words) => tool.RunAsync(["push", "--tls-verify=false", .. words]);

    private static Task<string> RemoteDigestAsync(Sandbox sandbox, string name) =>
        sandbox.Named("skopeo").ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name);
}
