using System.Text.Json.Nodes;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests.Interop;

/// <summary>An image built here is the same bytes for every tool.</summary>
public class SameLayersTests
{
    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces, "buildah", "podman", "skopeo", "runc", "busybox", "setfattr")]
    [InlineData("overlay", false)]
    [InlineData("overlay", true)]
    [InlineData("vfs", false)]
    public async Task Every_tool_reads_byte_identical_layers(string driver, bool asUser)
    {
        using var sandbox = new Sandbox(driver, asUser);
        await InteropImage.BuildAsync(sandbox);
        await sandbox.BuildSharp.RunAsync("push", "-q", "--disable-compression", "rich:1", "dir:ours");
        var layers = InteropImage.LayersOf(sandbox["ours"]);
        Assert.Equal(4, layers.Count);

        await sandbox.Named("skopeo").RunAsync("copy", "-q", sandbox.Stored("localhost/rich:1"), "dir:skopeo");
        await sandbox.BuildahOnOurStore.RunAsync("push", "-q", "--disable-compression", "rich:1", "dir:buildah");
        await sandbox.Podman.RunAsync("save", "-q", "--format", "oci-dir", "--uncompressed", "-o", sandbox["podman"], "rich:1");
        Assert.Equal(layers, InteropImage.LayersOf(sandbox["skopeo"]));
        Assert.Equal(layers, InteropImage.LayersOf(sandbox["buildah"]));
        Assert.All(layers, layer => Assert.True(File.Exists(sandbox[$"podman/blobs/sha256/{layer["sha256:".Length..]}"])));

        var config = JsonNode.Parse(await sandbox.Named("skopeo").ReadAsync("inspect", "--config", sandbox.Stored("localhost/rich:1")))!;
        Assert.Equal(layers, config["rootfs"]!["diff_ids"]!.AsArray().Select(id => (string)id!));
        Assert.Equal(layers, JsonNode.Parse(await sandbox.Podman.ReadAsync("image", "inspect", "--format", "{{json .RootFS.Layers}}", "rich:1"))!.AsArray().Select(id => (string)id!));

        Assert.Equal("new", await sandbox.Podman.ReadAsync("run", "--rm", "--network", asUser ? "none" : "host", "rich:1"));
        var container = await sandbox.BuildahOnOurStore.ReadAsync("from", "--pull-never", "rich:1");
        var root = await sandbox.BuildahOnOurStore.ReadAsync("mount", container);
        Assert.Equal("new", await sandbox.Named("ls").ReadAsync(Path.Combine(root, "gone")));
        await sandbox.Named("test").RunAsync("!", "-e", Path.Combine(root, "bin/vi"));
        Assert.Equal("2 1000:50 755", await sandbox.Named("stat").ReadAsync("-c", "%h %u:%g %a", Path.Combine(root, "dir/b")));
        await sandbox.BuildahOnOurStore.RunAsync("rm", container);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("check"));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay | Needs.Binary | Needs.UserNamespaces, "buildah", "podman", "skopeo", "busybox", "setfattr")]
    [InlineData("overlay", false)]
    [InlineData("overlay", true)]
    [InlineData("vfs", false)]
    [InlineData("vfs", true)]
    public async Task An_image_pulled_here_is_there_for_all_and_its_layers_are_stored_once(string driver, bool asUser)
    {
        using var sandbox = new Sandbox(driver, asUser);
        using var origin = new Sandbox();
        await InteropImage.BuildAsync(origin);
        var layout = $"oci:{origin["layout"]}:localhost/rich:1";
        await origin.BuildSharp.RunAsync("push", "-q", "rich:1", layout);

        var id = (await sandbox.BuildSharp.ReadAsync("pull", "-q", layout)).Split('\n')[^1];
        var layers = Layers(sandbox, driver);
        Assert.Contains(id, await sandbox.BuildahOnOurStore.ReadAsync("images", "-q", "--no-trunc"));
        Assert.Contains(id, await sandbox.Podman.ReadAsync("images", "-q", "--no-trunc"));
        Assert.Equal(id, await sandbox.Podman.ReadAsync("image", "inspect", "--format", "{{.Id}}", "localhost/rich:1"));

        await sandbox.Named("skopeo").RunAsync("copy", "-q", layout, sandbox.Stored("localhost/skopeo:1"));
        await sandbox.BuildahOnOurStore.RunAsync("pull", "-q", layout);
        await sandbox.Podman.RunAsync("pull", "-q", layout);
        await sandbox.BuildSharp.RunAsync("pull", "-q", layout);
        Assert.Equal(layers, Layers(sandbox, driver));
        Assert.Equal(id, await sandbox.BuildSharp.ReadAsync("inspect", "--type", "image", "--format", "{{.FromImageID}}", "localhost/skopeo:1"));

        // The other way round: what another tool pulled is not stored again by us.
        using var theirs = new Sandbox(driver, asUser);
        await theirs.Named("skopeo").RunAsync("copy", "-q", layout, theirs.Stored("localhost/rich:1"));
        Assert.Equal(layers.Select(Path.GetFileName), Layers(theirs, driver).Select(Path.GetFileName));
        Assert.Equal(id, (await theirs.BuildSharp.ReadAsync("pull", "-q", layout)).Split('\n')[^1]);
        Assert.Equal(layers.Select(Path.GetFileName), Layers(theirs, driver).Select(Path.GetFileName));
        Assert.Equal("", await theirs.BuildSharp.ReadAsync("check"));
    }

    private static string[] Layers(Sandbox sandbox, string driver) =>
        [.. Directory.GetDirectories(Path.Combine(sandbox.Root, driver == "vfs" ? "vfs/dir" : "overlay"))
            .Where(directory => Path.GetFileName(directory).Length == 64).Order(StringComparer.Ordinal)];
}
