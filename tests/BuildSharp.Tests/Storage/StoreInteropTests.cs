using System.Text.Json;
using BuildSharp.Storage;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Layers;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>One store, used by this code and by the other tools in turn.</summary>
public abstract class StoreInteropTests(string driver) : IDisposable
{
    private readonly SharedStore _shared = new(driver);

    private bool IsOverlay => _shared.Driver == "overlay";

    public void Dispose()
    {
        _shared.Dispose();
        GC.SuppressFinalize(this);
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")] // row 1
    public async Task An_image_of_buildah_is_read_mounted_and_exported()
    {
        var id = await _shared.CommitWithBuildahAsync();
        using var store = _shared.Open();

        var image = Assert.Single(store.Images.All());
        Assert.Equal(id, image.Id);
        Assert.Equal(id, store.Images.Find("base:1")!.Id);
        Assert.Equal(id, store.Images.Find(id[..12])!.Id);
        Assert.Null(store.Images.Find("other"));
        var container = store.Containers.Create(new NewContainer { Names = ["mine"], ImageId = id });
        var root = store.Containers.Mount(container.Id);
        Assert.True(File.Exists(Path.Combine(root, "bin/busybox")));
        Assert.True(store.Containers.Unmount(container.Id));

        using (var tar = store.Layers.OpenTar(image.TopLayer!))
        {
            Assert.Equal(tar.DiffId!.Value.Hex, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(tar.Content)));
        }

        store.Containers.Remove(container.Id);
        Assert.Empty(store.Containers.All());
        Assert.Single(store.Layers.All());
    }

    [RequiresTheory(Needs.Root | Needs.Overlay, "buildah")] // rows 2 and 10
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_image_committed_here_works_for_buildah(bool adopt)
    {
        var id = await _shared.CommitWithBuildahAsync();
        using (var store = _shared.Open())
        {
            var container = store.Containers.Create(new NewContainer { Names = ["mine"], ImageId = id });
            var root = store.Containers.Mount(container.Id);
            File.WriteAllText(Path.Combine(root, "hi"), "hi");
            File.Delete(Path.Combine(root, "bin/sh"));
            Directory.Delete(Path.Combine(root, "dir"), recursive: true);
            Directory.CreateDirectory(Path.Combine(root, "dir"));
            File.WriteAllText(Path.Combine(root, "dir/new"), "new");
            store.Containers.Unmount(container.Id);
            SharedStore.CommitImage(store, container, "localhost/two:1", adopt);
            Assert.Equal(adopt ? 2 : 3, store.Layers.All().Count);
            Assert.Equal(adopt ? 0 : 1, store.Containers.All().Count);
        }

        var theirs = await _shared.Buildah.ReadAsync("from", "--pull-never", "two:1");
        var mounted = await _shared.Buildah.ReadAsync("mount", theirs);
        Assert.Equal("hi", File.ReadAllText(Path.Combine(mounted, "hi")));
        Assert.False(File.Exists(Path.Combine(mounted, "bin/sh")));
        Assert.Equal(["new"], Directory.GetFiles(Path.Combine(mounted, "dir")).Select(Path.GetFileName));
        await _shared.Buildah.ReadAsync("umount", theirs);
        await _shared.Buildah.ReadAsync("rm", theirs);
        Assert.Empty(_shared.MountsLeft());
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah", "skopeo")] // rows 4, 5 and 8
    public async Task Digests_hold_when_skopeo_copies_our_layers_out_and_in()
    {
        var id = await _shared.CommitWithBuildahAsync();
        using (var store = _shared.Open())
        {
            var container = store.Containers.Create(new NewContainer { ImageId = id });
            File.WriteAllText(Path.Combine(store.Containers.Mount(container.Id), new string('n', 120)), "content");
            store.Containers.Unmount(container.Id);
            SharedStore.CommitImage(store, container, "localhost/two:1", adopt: true);
        }

        await Tool.Named("skopeo").RunAsync("--insecure-policy", "copy", _shared.Name("localhost/two:1"), $"oci:{_shared["o"]}:two");
        await Tool.Named("skopeo").RunAsync("--insecure-policy", "copy", $"oci:{_shared["o"]}:two", _shared.Name("docker.io/library/pulled:latest"));
        using var again = _shared.Open();
        Assert.NotNull(again.Images.Find("pulled"));
        foreach (var layer in again.Layers.All())
        {
            using var tar = again.Layers.OpenTar(layer.Id);
            Assert.Equal(layer.DiffId.Hex, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(tar.Content)));
        }
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah", "podman", "runc")] // row 3
    public async Task Podman_runs_what_was_committed_here()
    {
        var id = await _shared.CommitWithBuildahAsync();
        using (var store = _shared.Open())
        {
            var container = store.Containers.Create(new NewContainer { ImageId = id });
            File.WriteAllText(Path.Combine(store.Containers.Mount(container.Id), "hi"), "from here");
            store.Containers.Unmount(container.Id);
            SharedStore.CommitImage(store, container, "localhost/two:1", adopt: false);
        }

        Assert.Equal("from here", await _shared.Podman.ReadAsync(
            "--runtime", "runc", "run", "--rm", "--network", "host", "localhost/two:1", "/bin/busybox", "cat", "/hi"));
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah", "skopeo")] // row 7
    public async Task A_layer_stored_from_its_tar_gets_the_id_that_the_other_tools_give()
    {
        await _shared.CommitWithBuildahAsync();
        await _shared.CommitWithBuildahAsync("upper:1", "base:1");
        using var store = _shared.Open();
        using var elsewhere = Store.Open(_shared.Options with { GraphRoot = _shared["r2"], RunRoot = _shared["n2"] });
        string? parent = null;
        foreach (var layer in store.Layers.Chain(store.Images.Find("upper:1")!.TopLayer))
        {
            using var tar = store.Layers.OpenTar(layer.Id);
            var imported = elsewhere.Layers.Import(new LayerImport { ParentId = parent, Tar = tar.Content, Expected = tar.DiffId });
            Assert.Equal((layer.Id, layer.DiffSize), (imported.Id, imported.DiffSize));
            Assert.Equal(layer.Uids, imported.Uids);
            parent = imported.Id;
        }

        var root = elsewhere.Layers.Mount(parent!);
        Assert.Equal("old", File.ReadAllText(Path.Combine(root, "dir/old")));
        Assert.True(elsewhere.Layers.Unmount(parent!));
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")] // row 13
    public async Task No_name_is_lost_when_two_tools_tag_at_once()
    {
        // Each its own image: buildah 1.28 reads an image's names before it locks, so that its own calls on one image lose names too.
        var ours = await _shared.CommitWithBuildahAsync();
        var theirs = await _shared.CommitWithBuildahAsync("upper:1", "base:1");
        var tagging = Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                await _shared.Buildah.RunAsync("tag", "upper:1", $"theirs:{i}");
            }
        });
        using var store = _shared.Open();
        await Parallel.ForEachAsync(Enumerable.Range(0, 30), (i, _) =>
        {
            store.Images.AddNames(ours, [$"localhost/ours:{i}"]);
            return ValueTask.CompletedTask;
        });
        await tagging;
        Assert.Equal(31, store.Images.Find(ours)!.Names.Count);
        Assert.Equal(11, store.Images.Find(theirs)!.Names.Count);
        Assert.Equal(42, (await _shared.Buildah.ReadAsync("images", "-n", "--format", "{{.Name}}:{{.Tag}}")).Split('\n').Length);
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")] // rows 18, 19 and 20
    public async Task A_mount_survives_the_other_tool_and_the_last_one_takes_all_away()
    {
        await _shared.CommitWithBuildahAsync();
        var container = await _shared.Buildah.ReadAsync("from", "--pull-never", "base:1");
        using (var store = _shared.Open())
        {
            var id = store.Containers.Find(container)!.Id;
            for (var round = 0; round < 3; round++)
            {
                var root = store.Containers.Mount(id);
                File.WriteAllText(Path.Combine(root, "A"), "x");
                await _shared.Buildah.ReadAsync("images");
                Assert.Equal(root, await _shared.Buildah.ReadAsync("mount", container));
                Assert.True(File.Exists(Path.Combine(root, "A")));
                Assert.False(store.Containers.Unmount(id));
                Assert.True(store.Containers.IsMounted(id));
                await _shared.Buildah.ReadAsync("umount", container);
                Assert.False(store.Containers.IsMounted(id));
            }
        }

        Assert.Equal("[]", File.ReadAllText(Path.Combine(_shared.RunRoot, $"{_shared.Driver}-layers/mountpoints.json")));
        Assert.Empty(_shared.MountsLeft());
    }

    // What buildah 1.43 writes; 1.28 puts a new name behind the others.
    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")]
    public async Task The_newest_name_is_the_first_and_the_history_has_them_the_other_way()
    {
        var id = await _shared.CommitWithBuildahAsync();
        using var store = _shared.Open();

        void Expect(string[] names, string[] history)
        {
            var image = store.Images.Find(id)!;
            Assert.Equal(names.Select(name => $"localhost/{name}:1"), image.Names);
            Assert.Equal(history.Select(name => $"localhost/{name}:1"), image.NamesHistory);
        }

        store.Images.AddNames(id, ["localhost/other:1"]);
        Expect(["other", "base"], ["base", "other"]);
        store.Images.AddNames(id, ["localhost/third:1", "localhost/fourth:1"]);
        Expect(["fourth", "third", "other", "base"], ["base", "other", "third", "fourth"]);
        store.Images.RemoveOrName(id, "localhost/fourth:1");
        Expect(["third", "other", "base"], ["base", "other", "third", "fourth"]);
        store.Images.AddNames(id, ["localhost/other:1"]);
        Expect(["other", "third", "base"], ["base", "third", "other", "fourth"]);
        Assert.Equal(3, (await _shared.Buildah.ReadAsync("images", "-n", "--format", "{{.Name}}")).Split('\n').Length);
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")] // row 24
    public async Task A_name_moves_and_stays_in_the_history()
    {
        var first = await _shared.CommitWithBuildahAsync();
        await _shared.CommitWithBuildahAsync("two:1", "base:1");
        using var store = _shared.Open();
        store.Images.AddNames(store.Images.Find("two:1")!.Id, ["localhost/base:1"]);
        Assert.Empty(store.Images.Find(first)!.Names);
        Assert.Equal(["localhost/base:1"], store.Images.Find(first)!.NamesHistory);
        Assert.Equal(store.Images.Find("two:1")!.Id, await _shared.Buildah.ReadAsync("inspect", "--type", "image", "--format", "{{.FromImageID}}", "base:1"));
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")] // row 27
    public async Task What_others_wrote_survives_our_saves()
    {
        var id = await _shared.CommitWithBuildahAsync();
        var container = await _shared.Buildah.ReadAsync("from", "--pull-never", "base:1");
        Edit("layers", "\"created\"", "\"flags\":{\"t\":[1, {\"x\":null}]},\"new-field\":{\"deep\":[1.50]},\"created\"");
        Edit("containers", "\"image\"", "\"metadata\":\"{\\\"a\\\":\\\"\\u003cb>\\\"}\",\"later\":true,\"image\"");
        Edit("images", "\"created\":\"", "\"created\":\"2021-01-02T03:04:05.123456789Z\",\"other\":\"");
        using var store = _shared.Open();

        store.Images.AddNames(id, ["localhost/again:1"]);
        store.Containers.Rename(store.Containers.Find(container)!.Id, "renamed");
        var mine = store.Containers.Create(new NewContainer { ImageId = id });
        store.Containers.Remove(mine.Id);

        Assert.Contains("{\"t\":[1, {\"x\":null}]},\"new-field\":{\"deep\":[1.50]}", _shared.Records("layers"), StringComparison.Ordinal);
        using var containers = JsonDocument.Parse(File.ReadAllText(_shared.RecordFile("containers")));
        Assert.Equal("{\"a\":\"<b>\"}", containers.RootElement[0].GetProperty("metadata").GetString());
        Assert.True(containers.RootElement[0].GetProperty("later").GetBoolean());
        using var images = JsonDocument.Parse(_shared.Records("images"));
        Assert.Equal("2021-01-02T03:04:05.123456789Z", images.RootElement[0].GetProperty("created").GetString());
        Assert.True(images.RootElement[0].TryGetProperty("other", out _));
        Assert.Equal(2, images.RootElement[0].GetProperty("names").GetArrayLength());
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")]
    public async Task An_image_in_use_is_kept_and_a_free_one_goes_with_its_layers()
    {
        var id = await _shared.CommitWithBuildahAsync();
        await _shared.CommitWithBuildahAsync("two:1", "base:1");
        using var store = _shared.Open();
        var two = store.Images.Find("two:1")!.Id;
        var container = store.Containers.Create(new NewContainer { ImageId = two });
        Assert.Equal([container.Id], Assert.Throws<ImageInUseException>(() => store.Images.Remove(two)).Containers);
        store.Containers.Remove(container.Id);

        Assert.Single(store.Images.Remove(id).Images);
        Assert.Equal(2, store.Layers.All().Count);
        Assert.Equal(2, store.Images.Remove(two).Layers.Count);

        Assert.Equal("[]", _shared.Records("layers"));
        Assert.Equal("[]", _shared.Records("images"));
        var home = Path.Combine(_shared.Root, _shared.Driver);
        var names = IsOverlay ? "l" : "dir";
        Assert.Equal([names, "tempdirs"], Directory.GetDirectories(home).Select(Path.GetFileName).Order());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(home, names)));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(home, "tempdirs")));
        await _shared.Buildah.RunAsync("images");
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")] // rows 14 and 28
    public async Task Containers_made_at_once_are_seen_and_removed_by_the_other_tool()
    {
        var id = await _shared.CommitWithBuildahAsync();
        using (var store = _shared.Open())
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, 8), (i, _) =>
            {
                store.Containers.Create(new NewContainer { Names = [$"c{i}"], ImageId = id });
                return ValueTask.CompletedTask;
            });
            Assert.Equal(9, store.Layers.All().Count);
        }

        var theirs = await _shared.Buildah.ReadAsync("from", "--pull-never", "base:1");
        using var again = _shared.Open();
        var records = again.Containers.All();
        Assert.Equal(9, records.Count);
        var ours = ModesOf(again.Containers.Find("c3")!.LayerId);
        Assert.Equal(ModesOf(again.Containers.Find(theirs)!.LayerId), [.. ours.Where(line => !line.Contains("lower-layers", StringComparison.Ordinal))]);
        foreach (var record in records)
        {
            await _shared.Podman.RunAsync("rm", "--force", record.Id);
        }

        Assert.Empty(again.Containers.All());
        Assert.Single(again.Layers.All());
    }

    private List<string> ModesOf(string layer) =>
        [.. Tool.Named("find").Run([Path.Combine(_shared.Root, IsOverlay ? "overlay" : "vfs/dir", layer), "-printf", "%m %y %U %P\n"]).Output.Split('\n').Order()];

    private void Edit(string kind, string from, string to)
    {
        var path = _shared.RecordFile(kind);
        var text = File.ReadAllText(path);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        File.WriteAllText(path, text[..at] + to + text[(at + from.Length)..]);
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
    }
}

/// <summary>With overlay.</summary>
public sealed class OverlayInteropTests() : StoreInteropTests("overlay");

/// <summary>The same with vfs (row 30).</summary>
public sealed class VfsInteropTests() : StoreInteropTests("vfs");
