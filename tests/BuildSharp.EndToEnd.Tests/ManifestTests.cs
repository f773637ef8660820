using System.Text.Json;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Row 25 of the interop list: lists of images for several platforms, made here and by buildah.</summary>
public class ManifestTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;

    [RequiresTheory(All, "buildah", "busybox")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_is_made_and_changed_by_one_tool_and_read_by_the_other(bool ours)
    {
        using var sandbox = await WithImagesAsync();
        (var maker, var reader) = ours ? (sandbox.BuildSharp, sandbox.BuildahOnOurStore) : (sandbox.BuildahOnOurStore, sandbox.BuildSharp);
        var id = await maker.ReadAsync("manifest", "create", "list:1");
        Assert.Empty(Entries(await reader.ReadAsync("manifest", "inspect", "list:1")));

        var added = await maker.ReadAsync("manifest", "add", "list:1", sandbox.Stored("localhost/base:latest"));
        await maker.RunAsync("manifest", "add", "--arch", "arm64", "--variant", "v8", "--annotation", "a=b", "list:1", sandbox.Stored("localhost/arm:1"));
        var entries = Entries(await reader.ReadAsync("manifest", "inspect", "list:1"));
        Assert.Equal(2, entries.Length);
        Assert.EndsWith(" linux/amd64/ ", entries[0]);
        Assert.EndsWith(" linux/arm64/v8 a=b", entries[1]);
        Assert.Equal($"{id}: {entries[0].Split(' ')[0]}", added);
        Assert.Equal(entries, Entries(await maker.ReadAsync("manifest", "inspect", id)));

        // The other one goes on.
        string[] digests = [.. entries.Select(entry => entry.Split(' ')[0])];
        Assert.Equal($"{id}: {digests[0]}", await reader.ReadAsync("manifest", "annotate", "--os-version", "7", "list:1", digests[0]));
        Assert.Equal($"{id}: {digests[1]}", await reader.ReadAsync("manifest", "remove", "list:1", digests[1]));
        Assert.Equal([digests[0] + " linux/amd64/ "], Entries(await maker.ReadAsync("manifest", "inspect", "list:1")));
        await reader.RunAsync("manifest", "exists", "list:1");
        Assert.Equal(1, (await reader.ExecuteAsync(["manifest", "exists", "nothing"])).ExitCode);

        var gone = await reader.ReadAsync("manifest", "rm", "list:1");
        Assert.Equal($"untagged: localhost/list:1\n{id}", gone);
        Assert.Contains("localhost/base", await maker.ReadAsync("images"));
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
    }

    [RequiresFact(All, "buildah", "busybox", "skopeo")]
    public async Task A_list_made_here_is_pushed_by_buildah_and_started_from()
    {
        using var sandbox = await WithImagesAsync();
        await sandbox.BuildSharp.RunAsync("manifest", "create", "list:1", "base", "arm:1");
        await sandbox.BuildahOnOurStore.RunAsync("manifest", "push", "-q", "--all", "list:1", "oci:" + sandbox["layout"]);
        Assert.Equal(2, Entries(await sandbox.Named("skopeo").ReadAsync("inspect", "--raw", "oci:" + sandbox["layout"])).Length);
        var container = await sandbox.BuildSharp.ReadAsync("from", "--arch", "arm64", "list:1");
        Assert.Equal("arm64", await sandbox.BuildSharp.ReadAsync("inspect", "--format", "{{.OCIv1.Architecture}}", container));
    }

    [RequiresFact(All, "buildah", "busybox", "skopeo")]
    public async Task A_list_with_images_from_everywhere_is_pushed_by_either_tool()
    {
        using var sandbox = await WithImagesAsync();
        var tool = sandbox.BuildSharp;
        string[] places = ["oci-archive:a.tar:name", "oci:layout:name", "docker-archive:d.tar", "dir:files"];
        foreach (var place in places)
        {
            await tool.RunAsync("push", "-q", "base", place);
        }

        await tool.RunAsync(["manifest", "create", "list:1", "arm:1", .. places]);
        await sandbox.BuildahOnOurStore.RunAsync(["manifest", "create", "theirs:1", "localhost/arm:1", .. places]);
        Assert.Equal(Entries(await tool.ReadAsync("manifest", "inspect", "theirs:1")), Entries(await tool.ReadAsync("manifest", "inspect", "list:1")));

        foreach (var name in new[] { "list:1", "theirs:1" })
        {
            await tool.RunAsync("manifest", "push", "-q", "--digestfile", "digest", name, "oci:out:name");
            var raw = await sandbox.Named("skopeo").ReadAsync("inspect", "--raw", "oci:out:name");
            using var index = JsonDocument.Parse(File.ReadAllText(sandbox["out/index.json"]));
            Assert.Equal(index.RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString(), File.ReadAllText(sandbox["digest"]));
            Assert.Equal(["arm64", "amd64"], Entries(raw).Select(entry => entry.Split('/')[1]).Distinct());
            await sandbox.Named("skopeo").RunAsync("copy", "-q", "--all", "oci:out:name", "dir:" + sandbox["copied"]);
            Directory.Delete(sandbox["out"], recursive: true);
        }

        // The list knows its images by what they were.
        await tool.RunAsync("push", "-q", "arm:1", "dir:files");
        var changed = await tool.RunAsync(125, ["manifest", "push", "list:1", "oci:out:name"]);
        Assert.Contains("was added from dir:" + sandbox["files"], changed.Error);
        Assert.Contains("add the image again", changed.Error);
    }

    [RequiresFact(All, "busybox")]
    public async Task Push_all_writes_a_list_where_one_can_be_and_inspect_shows_it()
    {
        using var sandbox = await WithImagesAsync();
        var tool = sandbox.BuildSharp;
        var id = await tool.ReadAsync("manifest", "create", "list:1", "base", "arm:1");
        Assert.Equal("2 amd64", await tool.ReadAsync("inspect", "--type", "manifest", "--format", "{{len .Manifests}} {{(index .manifests 0).Platform.Architecture}}", "list:1"));
        Assert.Equal(await tool.ReadAsync("manifest", "inspect", id), await tool.ReadAsync("inspect", "--type", "manifest", id));

        await tool.RunAsync("push", "-q", "--all", "list:1", "dir:" + sandbox["all"]);
        Assert.Equal(2, Entries(File.ReadAllText(sandbox["all/manifest.json"])).Length);
        await tool.RunAsync("push", "-q", "list:1", "dir:" + sandbox["one"]);
        Assert.Contains("\"layers\"", File.ReadAllText(sandbox["one/manifest.json"]));
        var single = await tool.RunAsync("push", "-q", "--all", "list:1", "docker-archive:" + sandbox["one.tar"]);
        Assert.Contains("docker-archive holds one image and no list", single.Error);

        await tool.RunAsync("manifest", "push", "-q", "--all=false", "--rm", "list:1", "dir:" + sandbox["alone"]);
        Assert.Equal(["manifest.json", "version"], Directory.EnumerateFiles(sandbox["alone"]).Select(Path.GetFileName).Order());
        Assert.Equal(1, (await tool.ExecuteAsync(["manifest", "exists", "list:1"])).ExitCode);
        await tool.RunAsync("manifest", "create", "list:2", "arm:1");
        Assert.Single(Entries(await tool.ReadAsync("inspect", "list:2")));
    }

    [RequiresFact(All, "busybox")]
    public async Task A_list_is_amended_replaced_and_taken_into_another()
    {
        using var sandbox = await WithImagesAsync();
        var tool = sandbox.BuildSharp;
        var id = await tool.ReadAsync("manifest", "create", "list:1", "base");
        var taken = await tool.RunAsync(125, ["manifest", "create", "list:1"]);
        Assert.Contains($"image name \"localhost/list:1\" is already associated with image \"{id}\": that name is already in use", taken.Error);
        Assert.Equal(id, await tool.ReadAsync("manifest", "create", "--amend", "list:1", "arm:1"));
        Assert.Equal(2, Entries(await tool.ReadAsync("manifest", "inspect", "list:1")).Length);

        await tool.RunAsync("manifest", "create", "list:2", "list:1");
        Assert.Single(Entries(await tool.ReadAsync("manifest", "inspect", "list:2")));
        await tool.RunAsync("manifest", "add", "--all", "list:2", "list:1");
        Assert.Equal(2, Entries(await tool.ReadAsync("manifest", "inspect", "list:2")).Length);
        await tool.RunAsync("manifest", "annotate", "--index", "--annotation", "of=all", "list:2");
        Assert.Contains("\"of\": \"all\"", await tool.ReadAsync("manifest", "inspect", "list:2"));

        Assert.NotEqual(id, await tool.ReadAsync("manifest", "create", "--replace", "list:1"));
        Assert.Empty(Entries(await tool.ReadAsync("manifest", "inspect", "list:1")));
        Assert.Equal(2, Entries(await tool.ReadAsync("manifest", "inspect", id)).Length);
    }

    [RequiresFact(All, "busybox")]
    public async Task Builds_and_commits_collect_their_images_in_a_list()
    {
        using var sandbox = await WithImagesAsync();
        var tool = sandbox.BuildSharp;
        sandbox.Write("Dockerfile", "FROM scratch\nCOPY Dockerfile /\n");
        string[] architectures = ["amd64", "arm64", "s390x"];
        await Task.WhenAll(architectures.Select(name => tool.RunAsync("bud", "-q", "--arch", name, "--manifest", "list:1", ".")));
        var container = await tool.ReadAsync("from", "--arch", "riscv64", "scratch");
        await tool.RunAsync("commit", "-q", "--manifest", "list:1", container);
        var entries = Entries(await tool.ReadAsync("manifest", "inspect", "list:1"));
        Assert.Equal(["amd64", "arm64", "riscv64", "s390x"], entries.Select(entry => entry.Split('/')[1]).Order());
        Assert.Contains("the same name", (await tool.RunAsync(125, ["bud", "-t", "list:1", "--manifest", "localhost/list:1", "."])).Error);
        Assert.Contains("--manifest list:1: a list needs", (await tool.RunAsync(125, ["commit", "--manifest", "list:1", container, "dir:" + sandbox["out"]])).Error);
    }

    /// <summary>A command line, and what is said about it.</summary>
    private static (string Line, string Said)[] Mistakes =>
    [
        ("inspect base", "manifest is of type application/vnd.oci.image.manifest.v1+json (not a list type)"),
        ("rm base", "\t* manifest is of type application/vnd.oci.image.manifest.v1+json (not a list type)"),
        ("inspect nothing", "nothing: image not known"),
        ("add list:1", "manifest add takes a list and an image or digest, received 1 of 2"),
        ("create", "a list name must be specified"),
        ("create --amend --replace list:1", "amend and replace are mutually exclusive"),
        ("create --arch arm64 list:2", "manifest create has no --arch; it belongs to add and annotate"),
        ("remove list:1 sha256:abc", "Invalid instance \"sha256:abc\""),
        ("remove list:1 arm:1", "is not in the list, which is empty"),
        ("add --retry 0 list:1 127.0.0.1:1/app:1", "pinging container registry 127.0.0.1:1: Connection refused"),
        ("annotate list:1", "expected an instance digest, image name, or artifact name"),
        ("annotate --index --os linux list:1", "--index is not compatible with --os"),
        ("create --annotation a list:2", "no \"=\" found in annotation \"a\""),
        ("push base oci:x", "manifest is of type application/vnd.oci.image.manifest.v1+json (not a list type)"),
        ("push --retry 0 list:1 127.0.0.1:1/list:1", "pinging container registry 127.0.0.1:1: Connection refused"),
        ("push list:1 docker-archive:x", "destination transport \"docker-archive\" does not support copying multiple images as a group; \"push\" writes"),
        ("push list:1 containers-storage:x", "\"tag\" gives the list another name"),
        ("push --format v2s1 list:1 dir:x", "unknown format \"v2s1\". Choose on of the supported formats: 'oci' or 'v2s2'"),
        ("push --add-compression lzip list:1 dir:x", "cannot find compressor for \"lzip\""),
        ("push --digestfile none/d list:1 dir:x", "--digestfile: open none/d: no such file or directory"),
        ("push list:1 dir:x dir:y", "only two arguments are necessary to push: source and destination"),
        ("add list:1 oci-archive:none.tar", "none.tar"),
        ("inspekt list:1", "unknown command \"inspekt\" for \"buildsharp manifest\""),
    ];

    [RequiresFact(All, "busybox")]
    public async Task Mistakes_are_named()
    {
        using var sandbox = await WithImagesAsync();
        await sandbox.BuildSharp.RunAsync("manifest", "create", "list:1");
        foreach ((var line, var said) in Mistakes)
        {
            var refused = await sandbox.BuildSharp.RunAsync(125, ["manifest", .. line.Split(' ')]);
            Assert.Contains(said, refused.Error);
        }

        // Nothing came of any of them.
        Assert.Empty(Entries(await sandbox.BuildSharp.ReadAsync("manifest", "inspect", "list:1")));
    }

    private static string[] Entries(string list)
    {
        using var document = JsonDocument.Parse(list);
        return document.RootElement.GetProperty("manifests") is { ValueKind: JsonValueKind.Array } manifests ? [.. manifests.EnumerateArray().Select(Entry)] : [];
    }

    private static string Entry(JsonElement entry)
    {
        var platform = entry.GetProperty("platform");
        var variant = platform.TryGetProperty("variant", out var named) ? named.GetString()! : "";
        var annotations = entry.TryGetProperty("annotations", out var all)
            ? string.Join(' ', all.EnumerateObject().Select(annotation => $"{annotation.Name}={annotation.Value}"))
            : "";
        return $"{entry.GetProperty("digest")} {platform.GetProperty("os")}/{platform.GetProperty("architecture")}/{variant} {annotations}";
    }

    private static async Task<Sandbox> WithImagesAsync()
    {
        var sandbox = new Sandbox();
        await sandbox.AddBaseImageAsync(sandbox.BuildSharp);
        var container = await sandbox.BuildSharp.ReadAsync("from", "--arch", "arm64", "scratch");
        await sandbox.BuildSharp.RunAsync("commit", "-q", "--rm", container, "arm:1");
        return sandbox;
    }
}
