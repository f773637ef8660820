using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Interop;

/// <summary>Images go from this program to skopeo, umoci, buildah and podman and back: through a registry, layouts, archives and
/// directories. The content has links that lead outside, a setuid file, and text that JSON escapes.</summary>
public class TransportsTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const string OutsideLink = "../../../../etc/passwd";

    [RequiresTheory(All, "docker-registry", "skopeo", "umoci", "buildah", "podman")]
    [InlineData("oci")]
    [InlineData("docker")]
    public async Task An_image_in_a_registry_has_one_digest_for_every_tool(string format)
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        var (tool, skopeo) = (sandbox.BuildSharp, sandbox.Named("skopeo"));
        await BuildAsync(sandbox, format);
        var name = $"{registry.Host}/{format}/app:1";
        await tool.RunAsync("push", "-q", "--tls-verify=false", "--digestfile", sandbox["digest"], "app", "docker://" + name);
        var digest = File.ReadAllText(sandbox["digest"]);
        Assert.Equal(digest, await skopeo.ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name));
        Assert.Equal(digest, await PulledDigestAsync(sandbox.Buildah, name));
        await tool.RunAsync("rmi", "-a", "-f");
        Assert.Equal(digest, await PulledDigestAsync(sandbox.Podman, name));

        // The bytes of the manifest, too, where the place can hold its type.
        await skopeo.RunAsync("copy", "-q", "--src-tls-verify=false", "docker://" + name, "dir:copy");
        Assert.Equal(digest, "sha256:" + Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(sandbox["copy/manifest.json"]))));
        await skopeo.RunAsync("copy", "-q", "dir:copy", "oci:layout:1");
        await sandbox.Named("umoci").RunAsync("unpack", "--image", "layout:1", "bundle");
        Assert.Equal("hi\n", File.ReadAllText(sandbox["bundle/rootfs/d/a"]));
        Assert.Equal(OutsideLink, new FileInfo(sandbox["bundle/rootfs/d/link"]).LinkTarget);
        Assert.True(File.GetUnixFileMode(sandbox["bundle/rootfs/d/suid"]).HasFlag(UnixFileMode.SetUser));
    }

    [RequiresFact(All, "docker-registry", "skopeo")]
    public async Task Another_format_changes_the_manifest_and_not_the_config()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await BuildAsync(sandbox, "oci");
        await sandbox.BuildSharp.RunAsync("push", "-q", "app", "oci:layout:1");
        await sandbox.BuildSharp.RunAsync("push", "-q", "--tls-verify=false", "--format", "v2s2", "app", $"docker://{registry.Host}/app:1");
        var (oci, docker) = (await RawAsync("oci:layout:1"), await RawAsync($"docker://{registry.Host}/app:1"));
        Assert.Equal("application/vnd.docker.distribution.manifest.v2+json", (string?)docker["mediaType"]);
        Assert.Equal((string?)oci["config"]!["digest"], (string?)docker["config"]!["digest"]);

        async Task<JsonNode> RawAsync(string place) =>
            JsonNode.Parse(await sandbox.Named("skopeo").ReadAsync("inspect", "--raw", "--tls-verify=false", place))!;
    }

    [RequiresTheory(All, "skopeo", "buildah", "podman")]
    [InlineData("oci:ours:name/x:1", "oci:theirs:name/x:1", "docker.io/name/x:1")]
    [InlineData("oci-archive:ours.tar:n:1", "oci-archive:theirs.tar:n:1", "localhost/n:1")]
    [InlineData("docker-archive:ours.tar:ex.com/x:1", "docker-archive:theirs.tar:ex.com/x:1", "ex.com/x:1")]
    [InlineData("dir:ours", "dir:theirs", "<none>:<none>")]
    public async Task A_place_on_this_machine_is_written_by_one_tool_and_read_by_the_other(string ours, string theirs, string named)
    {
        using var sandbox = new Sandbox();
        var tool = sandbox.BuildSharp;
        await BuildAsync(sandbox, "docker");
        var id = await tool.ReadAsync("images", "-q", "--no-trunc", "app");
        await tool.RunAsync("push", "-q", "app", ours);
        await sandbox.Buildah.RunAsync("pull", "-q", ours);
        await sandbox.Named("skopeo").RunAsync("copy", "-q", ours, theirs);
        if (ours == "dir:ours")
        {
            Assert.Equal("Directory Transport Version: 1.1\n", File.ReadAllText(sandbox["ours/version"]));
        }

        await tool.RunAsync("rmi", "-a", "-f");
        // podman reads ours, and this program what skopeo wrote: the same image, unless it became one of OCI on the way.
        var seen = (await sandbox.Podman.ReadAsync("pull", "-q", ours)).Split('\n')[^1];
        Assert.Equal(!ours.StartsWith("oci", StringComparison.Ordinal), "sha256:" + seen == id);
        await tool.RunAsync("rmi", "-a", "-f");
        Assert.Equal(seen, await tool.ReadAsync("pull", "-q", theirs));
        Assert.Equal(named, await tool.ReadAsync("images", "--format", "{{.Name}}:{{.Tag}}"));
        var container = await tool.ReadAsync("from", seen);
        var mounted = await tool.ReadAsync("mount", container);
        Assert.Equal("hi\n", File.ReadAllText(Path.Combine(mounted, "d/a")));
        Assert.Equal(OutsideLink, new FileInfo(Path.Combine(mounted, "d/link")).LinkTarget);
    }

    [RequiresFact(All, "skopeo", "umoci")]
    public async Task A_layout_of_umoci_is_pulled_and_one_with_several_images_needs_a_name()
    {
        using var sandbox = new Sandbox();
        var (tool, umoci) = (sandbox.BuildSharp, sandbox.Named("umoci"));
        sandbox.Write("context/a", "hi\n");
        await umoci.RunAsync("init", "--layout", "layout");
        await umoci.RunAsync("new", "--image", "layout:x");
        await umoci.RunAsync("insert", "--image", "layout:x", "context", "/data");
        await umoci.RunAsync("config", "--image", "layout:x", "--tag", "y", "--config.user", "7");
        var id = await tool.ReadAsync("pull", "-q", "oci:layout:x");
        await tool.RunAsync("pull", "-q", "oci:layout:y");
        Assert.Contains("more than one image", (await tool.RunAsync(125, ["pull", "-q", "oci:layout"])).Error);
        var mounted = await tool.ReadAsync("mount", await tool.ReadAsync("from", id));
        Assert.Equal("hi\n", File.ReadAllText(Path.Combine(mounted, "data/a")));
    }

    [RequiresTheory(All, "skopeo", "bash")]
    [InlineData("docker-archive:image.tar:ex.com/x:1", "cat", "docker-archive:/dev/stdin")]
    [InlineData("docker-archive:image.tar:ex.com/x:1", "gzip -c", "docker-archive:/dev/stdin")]
    [InlineData("oci-archive:image.tar:2", "cat", "oci-archive:/dev/stdin:2")]
    [InlineData("oci-archive:image.tar:2", "xz -c", "oci-archive:/dev/stdin:2")]
    public async Task An_archive_of_skopeo_comes_through_a_pipe(string written, string filter, string read)
    {
        using var sandbox = new Sandbox();
        var tool = sandbox.BuildSharp;
        await BuildAsync(sandbox, "oci");
        await tool.RunAsync("push", "-q", "app", "dir:copy");
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "dir:copy", written);
        var id = await tool.ReadAsync("images", "-q", "--no-trunc", "app");
        await tool.RunAsync("rmi", "-a", "-f");
        var command = string.Join(' ', [tool.Program, .. tool.LeadingArguments, "pull", "-q", read]);
        Assert.Equal(id, "sha256:" + await sandbox.Named("bash").ReadAsync("-ec", $"set -o pipefail; {filter} image.tar | {command}"));
    }

    [RequiresFact(All, "docker-registry", "skopeo", "buildah", "podman", "runc", "busybox")]
    public async Task A_registry_with_TLS_and_passwords_serves_all_tools_and_each_builds_on_the_others_images()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync(isClosed: true, isEncrypted: true);
        string[] known = ["--cert-dir", Path.GetDirectoryName(registry.AuthorityFile)!, "--authfile", sandbox["auth.json"]];
        var tool = sandbox.BuildSharp;
        await tool.Reading(TemporaryRegistry.Password).RunAsync(["login", .. known, "-u", TemporaryRegistry.User, "--password-stdin", registry.Host]);
        await sandbox.AddBaseImageAsync(tool);
        sandbox.Write("Dockerfile", "FROM base\nRUN echo ours > /ours\n");
        await tool.RunAsync("bud", "-q", "-t", "app", ".");
        var (first, second, third) = ($"{registry.Host}/team/first:1", $"{registry.Host}/team/second:1", $"{registry.Host}/team/third:1");
        await tool.RunAsync(["push", "-q", .. known, "app", first]);
        await tool.RunAsync("rmi", "-a", "-f");

        // podman pulls ours and runs it, after which we build on what podman has pulled, with the registry out of reach.
        await sandbox.Podman.RunAsync(["pull", "-q", .. known, first]);
        Assert.Equal("ours", await sandbox.Podman.ReadAsync("run", "--rm", "--network", "host", first, "cat", "/ours"));
        sandbox.Write("Dockerfile", $"FROM {first}\nRUN cat /ours > /second\n");
        await tool.RunAsync("bud", "-q", "--pull=never", "-t", second, ".");
        await tool.RunAsync(["push", "-q", .. known, second]);

        // buildah builds on that, and we run what it pushed.
        sandbox.Write("Dockerfile", $"FROM {second}\nCOPY Dockerfile /third\n");
        await sandbox.Buildah.RunAsync(["bud", "-q", .. known, "-t", third, "."]);
        await sandbox.Buildah.RunAsync(["push", "-q", .. known, third, "docker://" + third]);
        var container = await tool.ReadAsync(["from", "-q", .. known, third]);
        Assert.Equal("ours", await tool.ReadAsync("run", container, "cat", "/second"));
        await tool.RunAsync(["skopeo", "copy", "-q", "--src-cert-dir", known[1], "--authfile", known[3], "docker://" + third, "oci:layout:1"]);
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "oci:layout:1", "dir:copy");
    }

    private static async Task BuildAsync(Sandbox sandbox, string format)
    {
        sandbox.Write("context/a", "hi\n");
        sandbox.Write("context/b", "x&<y>\n");
        File.CreateSymbolicLink(sandbox["context/link"], OutsideLink);
        sandbox.Write("rich", "FROM scratch\nCOPY . /d/\nCOPY --chmod=4755 a /d/suid\nENV X=\"a && b\"\nLABEL h=\"<é>\"\nHEALTHCHECK CMD true\nCMD [\"/d/a\"]\n");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "--format", format, "--timestamp", "0", "-t", "app", "-f", "rich", "context");
    }

    private static async Task<string> PulledDigestAsync(Tool tool, string name)
    {
        await tool.RunAsync("pull", "-q", "--tls-verify=false", "docker://" + name);
        return await tool.ReadAsync("images", "--format", "{{.Digest}}", name);
    }
}
