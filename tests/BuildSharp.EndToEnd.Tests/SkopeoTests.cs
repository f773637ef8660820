using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>The verbs of skopeo, called by its name, beside Debian's skopeo on the same places.</summary>
public sealed class SkopeoTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All, "docker-registry", "skopeo", "busybox")]
    [InlineData("")]
    [InlineData("--config")]
    [InlineData("--raw")]
    [InlineData("--raw", "--config")]
    [InlineData("--format={{.Name}}|{{.Digest}}|{{.Architecture}}|{{range .Layers}}{{.}} {{end}}{{.Env}}")]
    [InlineData("--config", "--format={{.Config.Cmd}} {{.RootFS.DiffIDs}}")]
    public async Task Inspect_shows_what_skopeo_shows(params string[] flags)
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await FillAsync(sandbox, registry);
        foreach (var place in new[] { $"docker://{registry.Host}/team/app:1", $"docker://{registry.Host}/team/docker:1", "oci:layout:1", "dir:directory", "docker-archive:archive.tar", "docker-archive:archive.tar:example.com/app:1", "containers-storage:localhost/app:latest" })
        {
            string[] words = ["inspect", .. flags.Where(flag => flag.Length > 0), .. place.StartsWith("docker://", StringComparison.Ordinal) ? ["--tls-verify=false"] : Array.Empty<string>(), place];
            Assert.Equal(await ShownAsync(sandbox.Named("skopeo"), words), await ShownAsync(Ours(sandbox), words));
        }
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Copies_have_the_bytes_of_skopeos()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await FillAsync(sandbox, registry);
        var from = $"docker://{registry.Host}/team/app:1";
        foreach (var (flags, to, made) in new[]
        {
            ("", "oci:NAME:1", "blobs"), ("", "dir:NAME", ""), ("--format=v2s2", "dir:NAME", ""), ("--dest-decompress", "dir:NAME", ""),
            ("--preserve-digests", "oci:NAME", "blobs"),
        })
        {
            foreach (var (tool, name) in new[] { (sandbox.Named("skopeo"), "theirs"), (Ours(sandbox), "ours") })
            {
                await tool.RunAsync(["copy", "-q", "--src-tls-verify=false", .. flags.Length > 0 ? [flags] : Array.Empty<string>(), from, to.Replace("NAME", name, StringComparison.Ordinal)]);
            }

            await sandbox.Named("diff").RunAsync("-r", Path.Combine("theirs", made), Path.Combine("ours", made));
            Directory.Delete(sandbox["theirs"], true);
            Directory.Delete(sandbox["ours"], true);
        }

        await Ours(sandbox).RunAsync("copy", "-q", "--additional-tag", "example.com/b:2", "dir:directory", "docker-archive:made.tar:example.com/a:1");
        Assert.Equal(await sandbox.Named("skopeo").ReadAsync("list-tags", "docker-archive:made.tar"), await Ours(sandbox).ReadAsync("list-tags", "docker-archive:made.tar"));
        Assert.Contains("example.com/b:2", await Ours(sandbox).ReadAsync("list-tags", "docker-archive:made.tar"));
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task A_list_is_copied_whole_in_part_or_alone()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            sandbox.Write("Dockerfile", $"FROM scratch\nLABEL a={architecture}\nCOPY Dockerfile /\n");
            await sandbox.BuildSharp.RunAsync("bud", "-q", "--arch", architecture, "--manifest", "list", ".");
        }

        var list = $"docker://{registry.Host}/team/list:1";
        await sandbox.BuildSharp.RunAsync("manifest", "push", "-q", "--tls-verify=false", "list", list);
        foreach (var (flags, made) in new[] { ("--all", "whole"), ("--override-arch=arm64", "arm"), ("--all --preserve-digests", "same") })
        {
            foreach (var (tool, name) in new[] { (sandbox.Named("skopeo"), "theirs"), (Ours(sandbox), "ours") })
            {
                await tool.RunAsync([.. flags.Split(' ').Where(flag => flag.StartsWith("--override", StringComparison.Ordinal)), "copy", "-q", "--src-tls-verify=false",
                    .. flags.Split(' ').Where(flag => !flag.StartsWith("--override", StringComparison.Ordinal)), list, $"oci:{name}-{made}:1"]);
            }

            await sandbox.Named("diff").RunAsync("-r", $"theirs-{made}/blobs", $"ours-{made}/blobs");
        }

        var copied = await Ours(sandbox).RunAsync("copy", "--multi-arch=index-only", "--digestfile=digest", "--src-tls-verify=false", list, "dir:index");
        Assert.Contains("Writing manifest list to image destination", copied.Output);
        Assert.Equal(await sandbox.Named("skopeo").ReadAsync("manifest-digest", "index/manifest.json"), File.ReadAllText(sandbox["digest"]));
        Assert.Equal(await Ours(sandbox).ReadAsync("manifest-digest", "index/manifest.json"), File.ReadAllText(sandbox["digest"]));
        Assert.Equal(["manifest.json", "version"], Directory.GetFiles(sandbox["index"]).Select(Path.GetFileName).Order());
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Tags_are_listed_and_images_deleted()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await FillAsync(sandbox, registry);
        string[] list = ["list-tags", "--tls-verify=false", $"docker://{registry.Host}/team/app"];
        Assert.Equal(await sandbox.Named("skopeo").ReadAsync(list), await Ours(sandbox).ReadAsync(list));
        Assert.Contains("\"2\"", await Ours(sandbox).ReadAsync(list));

        // The same verb without the name, because nobody else has it.
        Assert.Equal(await Ours(sandbox).ReadAsync(list), await sandbox.BuildSharp.ReadAsync(list));
        var deleted = await Ours(sandbox).RunAsync("delete", "--tls-verify=false", $"docker://{registry.Host}/team/app:1");
        Assert.Equal(("", ""), (deleted.Output, deleted.Error));
        var gone = await Ours(sandbox).RunAsync(2, ["inspect", "--tls-verify=false", $"docker://{registry.Host}/team/app:1"]);
        Assert.Contains("level=fatal", gone.Error);
        Assert.Contains("Unable to delete", (await Ours(sandbox).RunAsync(2, ["delete", "--tls-verify=false", $"docker://{registry.Host}/team/app:1"])).Error);

        await Ours(sandbox).RunAsync("copy", "-q", "dir:directory", "oci:layout:2");
        await Ours(sandbox).RunAsync("delete", "oci:layout:1");
        Assert.NotEmpty(await sandbox.Named("skopeo").ReadAsync("inspect", "oci:layout:2"));
        await sandbox.Named("skopeo").RunAsync("copy", "-q", "oci:layout:2", "dir:still");
        await Ours(sandbox).RunAsync("delete", "oci:layout:2");
        Assert.Empty(Directory.GetFiles(sandbox["layout/blobs"], "*", SearchOption.AllDirectories));
        await Ours(sandbox).RunAsync("delete", "containers-storage:app");
        await Ours(sandbox).RunAsync(2, ["delete", "containers-storage:app"]);
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Many_images_are_synced_as_skopeo_does()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await FillAsync(sandbox, registry);
        sandbox.Write("images.yml", $"{registry.Host}:\n  tls-verify: false\n  images:\n    team/app:\n      - \"2\"\n    team/docker: []\n  images-by-tag-regex:\n    team/app: ^1$\n");
        foreach (var (tool, name) in new[] { (sandbox.Named("skopeo"), "theirs"), (Ours(sandbox), "ours") })
        {
            await tool.RunAsync("sync", "--src", "docker", "--dest", "dir", "--src-tls-verify=false", $"{registry.Host}/team/app", sandbox[$"{name}-tags"]);
            await tool.RunAsync("sync", "--scoped", "--src", "docker", "--dest", "dir", "--src-tls-verify=false", $"{registry.Host}/team/app:1", sandbox[$"{name}-one"]);
            await tool.RunAsync("sync", "--src", "yaml", "--dest", "dir", "images.yml", sandbox[$"{name}-yaml"]);
            await tool.RunAsync("sync", "--src", "dir", "--dest", "docker", "--dest-tls-verify=false", sandbox[$"{name}-tags"], $"{registry.Host}/{name}");
        }

        foreach (var made in new[] { "tags", "one", "yaml" })
        {
            await sandbox.Named("diff").RunAsync("-r", $"theirs-{made}", $"ours-{made}");
        }

        Assert.Equal(["app:1", "app:2", "docker:1"], Directory.GetDirectories(sandbox["ours-yaml"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (var tag in new[] { "1", "2" })
        {
            Assert.Equal(await DigestAsync(sandbox, $"docker://{registry.Host}/theirs/app:{tag}"), await DigestAsync(sandbox, $"docker://{registry.Host}/ours/app:{tag}"));
        }

        var again = await Ours(sandbox).RunAsync(1, ["sync", "--src", "docker", "--dest", "dir", "--src-tls-verify=false", $"{registry.Host}/team/app", sandbox["ours-tags"]]);
        Assert.Contains("Refusing to overwrite destination directory", again.Error);
    }

    /// <summary>Debian's skopeo does not have this yet.</summary>
    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Images_are_synced_by_their_versions()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await sandbox.Named("skopeo").RunAsync("copy", "-q", BusyboxImage.WriteLayout(sandbox["base"]), "dir:directory");
        foreach (var tag in new[] { "1.1.0", "1.2.3", "v1.3", "1.4.0-rc.1", "2.0.0", "latest" })
        {
            await sandbox.Named("skopeo").RunAsync("copy", "-q", "--dest-tls-verify=false", "dir:directory", $"docker://{registry.Host}/team/app:{tag}");
        }

        sandbox.Write("images.yml", $"{registry.Host}:\n  tls-verify: false\n  images-by-semver:\n    team/app: \">=1.2, <2\"\n");
        await Ours(sandbox).RunAsync("sync", "--src", "yaml", "--dest", "dir", "images.yml", "made");
        Assert.Equal(["app:1.2.3", "app:v1.3"], Directory.GetDirectories(sandbox["made"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        sandbox.Write("images.yml", "a.org:\n  images-by-nothing: {}\n");
        Assert.Contains("known are images, images-by-tag-regex, images-by-semver", (await Ours(sandbox).RunAsync(1, ["sync", "--src", "yaml", "--dest", "dir", "images.yml", "more"])).Error);
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Each_side_has_its_own_credentials()
    {
        using var sandbox = new Sandbox();
        await using var one = await TemporaryRegistry.StartAsync(isClosed: true);
        await using var two = await TemporaryRegistry.StartAsync();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var login = $"{TemporaryRegistry.User}:{TemporaryRegistry.Password}";
        var (closed, open) = ($"docker://{one.Host}/a:1", $"docker://{two.Host}/a:1");
        await Ours(sandbox).RunAsync("copy", "-q", "--dest-creds", login, "--dest-tls-verify=false", "containers-storage:base", closed);
        await Ours(sandbox).RunAsync("copy", "-q", "--src-username", TemporaryRegistry.User, "--src-password", TemporaryRegistry.Password, "--src-tls-verify=false", "--dest-tls-verify=false", closed, open);
        Assert.Equal(
            await Ours(sandbox).ReadAsync("inspect", "--raw", "--creds", login, "--tls-verify=false", closed),
            await sandbox.Named("skopeo").ReadAsync("inspect", "--raw", "--tls-verify=false", open));
        var refused = await Ours(sandbox).RunAsync(1, ["copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", "--dest-creds", login, closed, open]);
        Assert.Contains("authentication required", refused.Error);
        Assert.DoesNotContain(TemporaryRegistry.Password, refused.Error);
    }

    [RequiresFact(All, "docker-registry", "busybox")]
    public async Task What_a_registry_has_of_a_stored_image_is_not_sent_again()
    {
        using var sandbox = new Sandbox();
        await using var registry = await TemporaryRegistry.StartAsync();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        string[] copy = ["copy", "--dest-tls-verify=false", "containers-storage:base"];
        Assert.DoesNotContain("already exists", (await Ours(sandbox).RunAsync([.. copy, $"docker://{registry.Host}/one:1"])).Output);
        Assert.Contains("already exists", (await Ours(sandbox).RunAsync([.. copy, $"docker://{registry.Host}/two:1"])).Output);
        await sandbox.BuildSharp.RunAsync("rmi", "-a", "-f");
        File.Delete(Path.Combine(sandbox.Root, "cache", "buildsharp-blobs"));
        await Ours(sandbox).RunAsync("copy", "-q", "--src-tls-verify=false", $"docker://{registry.Host}/one:1", "containers-storage:base");
        Assert.Contains("already exists", (await Ours(sandbox).RunAsync([.. copy, $"docker://{registry.Host}/three:1"])).Output);
    }

    [RequiresFact(All, "docker-registry", "skopeo", "busybox")]
    public async Task Without_its_name_a_place_with_a_transport_is_skopeos_and_a_container_is_buildahs()
    {
        using var sandbox = new Sandbox();
        var tool = sandbox.BuildSharp;
        await sandbox.AddBaseImageAsync(tool);
        await tool.RunAsync("copy", "-q", "containers-storage:base", "oci:layout:1");
        Assert.Contains("\"RepoTags\": []", await tool.ReadAsync("inspect", "oci:layout:1"));
        var container = await tool.ReadAsync("from", "base");
        sandbox.Write("file", "text");
        await tool.RunAsync("copy", container, "file", "/");
        Assert.Contains("\"Container\": ", await tool.ReadAsync("inspect", container));
        Assert.Contains("\"FromImage\": ", await tool.ReadAsync("inspect", "containers-storage:base"));

        // An image may be called dir, with a tag.
        await tool.RunAsync("tag", "base", "dir:layout");
        Assert.Contains("\"FromImage\": ", await tool.ReadAsync("inspect", "dir:layout"));
        await tool.RunAsync("delete", container);
        await tool.RunAsync("delete", "oci:layout:1");
        Assert.StartsWith("Error: ", (await tool.RunAsync(125, ["inspect", "oci:layout:1"])).Error);
        Assert.Equal(await Ours(sandbox).ReadAsync("--version"), await tool.ReadAsync("skopeo", "--version"));
        Assert.Equal(1, (await tool.ExecuteAsync(["skopeo", "copy", "a"])).ExitCode);
    }

    private static Tool Ours(Sandbox sandbox)
    {
        if (!File.Exists(sandbox["bin/skopeo"]))
        {
            Directory.CreateDirectory(sandbox["bin"]);
            File.CreateSymbolicLink(sandbox["bin/skopeo"], Tool.BuildSharp.Program);
        }

        return sandbox.Named(sandbox["bin/skopeo"]);
    }

    // The image in every place, put there by skopeo itself.
    private static async Task FillAsync(Sandbox sandbox, TemporaryRegistry registry)
    {
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        sandbox.Write("Dockerfile", "FROM base\nCOPY Dockerfile /\nENV A=\"<b>&\"\nLABEL l=m\nCMD [\"/bin/sh\"]\n");
        await sandbox.BuildSharp.RunAsync("bud", "-q", "-t", "app", ".");
        var skopeo = sandbox.Named("skopeo");
        await skopeo.RunAsync("copy", "-q", sandbox.Stored("localhost/app"), "oci:layout:1");
        foreach (var place in new[] { $"docker://{registry.Host}/team/app:1", $"docker://{registry.Host}/team/app:2", "dir:directory", "docker-archive:archive.tar:example.com/app:1" })
        {
            await skopeo.RunAsync("copy", "-q", "--dest-tls-verify=false", "oci:layout:1", place);
        }

        await skopeo.RunAsync("copy", "-q", "--dest-tls-verify=false", "--format=v2s2", "oci:layout:1", $"docker://{registry.Host}/team/docker:1");
    }

    // Debian's skopeo does not have LayersData yet; without it the objects are compared, in their order.
    private static async Task<string> ShownAsync(Tool tool, string[] words)
    {
        var shown = (await tool.RunAsync(words)).Output;
        if (words.Any(word => word is "--raw" or "--config" || word.StartsWith("--format", StringComparison.Ordinal)))
        {
            return shown;
        }

        var json = JsonNode.Parse(shown)!.AsObject();
        json.Remove("LayersData");
        return json.ToJsonString();
    }

    private static Task<string> DigestAsync(Sandbox sandbox, string name) =>
        sandbox.Named("skopeo").ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", name);
}
