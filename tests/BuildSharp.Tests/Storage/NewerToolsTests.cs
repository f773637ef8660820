using System.Text.Json;
using BuildSharp.Storage;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Images;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>Stores as tools of 2025 and 2026 write them, made by hand because Debian's are older.</summary>
public sealed class NewerToolsTests : IDisposable
{
    private readonly SharedStore _shared = new();

    public void Dispose() => _shared.Dispose();

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")]
    public async Task Volatile_records_are_read_used_and_changed_where_they_are()
    {
        var image = await _shared.CommitWithBuildahAsync();
        var container = await _shared.Buildah.ReadAsync("from", "--pull-never", "base:1");
        string layer, id;
        using (var store = _shared.Open())
        {
            (id, layer) = (store.Containers.Find(container)!.Id, store.Containers.Find(container)!.LayerId);
        }

        MoveToVolatile("containers", id);
        MoveToVolatile("layers", layer);

        using (var store = _shared.Open())
        {
            Assert.Equal(id, Assert.Single(store.Containers.All()).Id);
            Assert.Equal(2, store.Layers.All().Count);
            Assert.Throws<ImageInUseException>(() => store.Images.Remove(image));
            File.WriteAllText(Path.Combine(store.Containers.Mount(id), "file"), "x");
            store.Containers.Unmount(id);
            store.Containers.Rename(id, "renamed");
        }

        Assert.Equal("[]", _shared.Records("containers"));
        Assert.Contains("renamed", File.ReadAllText(Volatile("containers")), StringComparison.Ordinal);
        Assert.DoesNotContain(layer, _shared.Records("layers"), StringComparison.Ordinal);

        using (var store = _shared.Open())
        {
            // An image's layer has to be where older tools see it.
            var committed = SharedStore.CommitImage(store, store.Containers.Find("renamed")!, "localhost/made:1", adopt: true);
            Assert.Contains(committed.TopLayer!, _shared.Records("layers"), StringComparison.Ordinal);
        }

        Assert.Equal("[]", File.ReadAllText(Volatile("containers")));
        Assert.Equal("[]", File.ReadAllText(Volatile("layers")));
        var theirs = await _shared.Buildah.ReadAsync("from", "--pull-never", "made:1");
        Assert.Equal("x", await File.ReadAllTextAsync(Path.Combine(await _shared.Buildah.ReadAsync("mount", theirs), "file")));
        await _shared.Buildah.ReadAsync("rm", theirs);
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")]
    public async Task Of_two_records_with_one_id_the_stable_one_counts()
    {
        await _shared.CommitWithBuildahAsync();
        var container = await _shared.Buildah.ReadAsync("from", "--pull-never", "base:1");
        var records = await File.ReadAllTextAsync(_shared.RecordFile("containers"));
        await File.WriteAllTextAsync(_shared.Stable("containers"), records);
        await File.WriteAllTextAsync(Volatile("containers"), records.Replace(container, "other", StringComparison.Ordinal));
        using var store = _shared.Open();
        Assert.Equal([container], Assert.Single(store.Containers.All()).Names);
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah")]
    public async Task Layers_of_either_age_stand_on_each_other()
    {
        // 1.28 writes only "lower"; tools from 1.43 on resolve by "lower-layers", and 1.63 may leave out the links of "lower".
        await _shared.CommitWithBuildahAsync();
        await _shared.CommitWithBuildahAsync("upper:1", "base:1");
        using var store = _shared.Open();
        var top = store.Images.Find("upper:1")!.TopLayer!;
        var parent = store.Layers.Find(top)!.Parent!;
        var directory = Path.Combine(_shared.Root, "overlay", top);
        Assert.False(File.Exists(Path.Combine(directory, "lower-layers")));

        var ours = store.Containers.Create(new NewContainer { ImageId = store.Images.Find("upper:1")!.Id });
        var written = Path.Combine(_shared.Root, "overlay", ours.LayerId);
        Assert.Equal($"{top}:{parent}", File.ReadAllText(Path.Combine(written, "lower-layers")));
        Assert.Equal($"l/{Link(top)}:l/{Link(parent)}", File.ReadAllText(Path.Combine(written, "lower")));

        File.WriteAllText(Path.Combine(directory, "lower-layers"), parent);
        File.Delete(Path.Combine(directory, "lower"));
        File.Delete(Path.Combine(_shared.Root, "overlay/l", Link(parent)));
        Assert.Equal("upper:1", File.ReadAllText(Path.Combine(store.Containers.Mount(ours.Id), "name")));
        Assert.True(File.Exists(Path.Combine(store.Containers.MountPoint(ours.Id)!, "dir/old")));
        store.Containers.Unmount(ours.Id);
        var again = store.Containers.Create(new NewContainer { ImageId = store.Images.Find("upper:1")!.Id });
        Assert.Equal($"{top}:{parent}", File.ReadAllText(Path.Combine(_shared.Root, "overlay", again.LayerId, "lower-layers")));
        Assert.Equal("upper:1", File.ReadAllText(Path.Combine(store.Containers.Mount(again.Id), "name")));
        store.Containers.Unmount(again.Id);
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_transient_store_keeps_its_containers_in_the_run_root()
    {
        var options = _shared.Options with { TransientStore = true };
        using (var store = Store.Open(options))
        {
            var container = store.Containers.Create(new NewContainer { Names = ["a"] });
            store.Containers.Mount(container.Id);
            store.Containers.Unmount(container.Id);
        }

        Assert.Contains("\"a\"", File.ReadAllText(Path.Combine(_shared.RunRoot, "overlay-containers/volatile-containers.json")), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_shared.RunRoot, "overlay-layers/volatile-layers.json")));
        using var again = Store.Open(options);
        again.Containers.Remove(again.Containers.Find("a")!.Id);
        Assert.Empty(again.Layers.All());
    }

    private string Link(string layer) => File.ReadAllText(Path.Combine(_shared.Root, "overlay", layer, "link"));

    private string Volatile(string kind) => Path.Combine(_shared.Root, $"overlay-{kind}", $"volatile-{kind}.json");

    /// <summary>Moves one record from the stable file to the volatile one.</summary>
    private void MoveToVolatile(string kind, string id)
    {
        if (File.Exists(Volatile(kind)) && File.ReadAllText(Volatile(kind)).Contains(id, StringComparison.Ordinal))
        {
            return; // a newer buildah has put it there
        }

        var stable = _shared.Stable(kind);
        using var document = JsonDocument.Parse(_shared.Records(kind));
        var moved = document.RootElement.EnumerateArray().ToLookup(record => record.GetProperty("id").GetString() == id, record => record.GetRawText());
        File.WriteAllText(stable, $"[{string.Join(',', moved[false])}]");
        File.WriteAllText(Volatile(kind), $"[{string.Join(',', moved[true])}]");
    }
}
