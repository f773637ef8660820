using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Checking;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Locking;
using BuildSharp.Storage.Records;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>What killed processes, other hands and full lists leave behind.</summary>
public sealed class StoreRecoveryTests : IDisposable
{
    private readonly SharedStore _shared = new();

    public void Dispose() => _shared.Dispose();

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_layer_whose_maker_was_killed_is_removed_by_the_next_look()
    {
        using var store = _shared.Open();
        var container = store.Containers.Create(new NewContainer { Names = ["a"] });
        var half = new string('a', 64);
        CopyLayer(container.LayerId, half, "\"flags\":{\"incomplete\":true}");
        Assert.True(Directory.Exists(Path.Combine(_shared.Root, "overlay", half)));

        Assert.Equal(container.LayerId, Assert.Single(store.Layers.All()).Id);
        Assert.False(Directory.Exists(Path.Combine(_shared.Root, "overlay", half)));
        Assert.DoesNotContain(half, _shared.Records("layers"), StringComparison.Ordinal);
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Only_staging_places_that_nobody_holds_are_cleared()
    {
        using var store = _shared.Open();
        store.Containers.Remove(store.Containers.Create(new NewContainer()).Id);
        var root = Path.Combine(_shared.Root, "overlay/tempdirs");
        Directory.CreateDirectory(Path.Combine(root, "temp-dir-dead/0-addition/deep"));
        File.WriteAllText(Path.Combine(root, "lock-dead"), "");
        Directory.CreateDirectory(Path.Combine(root, "temp-dir-live"));
        using var held = FileLock.Acquire(Path.Combine(root, "lock-live"), exclusive: true);

        store.Containers.Create(new NewContainer());

        Assert.Equal(["lock-live", "temp-dir-live"], Directory.GetFileSystemEntries(root).Select(Path.GetFileName).Order());
    }

    public static TheoryData<string, string> DamagedLists
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var file in new[] { "layers/layers", "layers/volatile-layers", "images/images", "containers/containers", "containers/volatile-containers" })
            {
                foreach (var content in new[] { "", "[{\"id\":\"x\"", "{\"id\":\"x\"}", "[{\"id\":5}]", "[{\"id\":\"x\",\"created\":\"yesterday\"}]", "[[]]", "\0\0\0" })
                {
                    all.Add($"overlay-{file}.json", content);
                }
            }

            return all;
        }
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [MemberData(nameof(DamagedLists))]
    public void A_damaged_list_is_named_and_left_alone(string file, string content)
    {
        using var store = _shared.Open();
        store.Containers.Create(new NewContainer());
        store.Images.Create(new NewImage { Names = ["localhost/a:1"] });
        var path = Path.Combine(_shared.Root, file);
        File.WriteAllText(path, content);

        var failure = Assert.Throws<BuildSharpException>(() => store.Containers.Create(new NewContainer { ImageId = store.Images.Find("a:1")!.Id }));
        Assert.StartsWith($"{path} is damaged (", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("; restore it from a backup, or move the store away and start anew: nothing was changed", failure.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(path));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData("localhost/longer:1", false)]
    [InlineData("localhost/c:1", true)]
    public void A_list_that_was_edited_by_hand_is_read_again_within_a_tick_of_the_clock(string name, bool renamed)
    {
        using var store = _shared.Open();
        store.Images.Create(new NewImage { Names = ["localhost/b:1"] });
        Assert.NotNull(store.Images.Find("b:1"));
        var path = Path.Combine(_shared.Root, "overlay-images/images.json");
        var before = FileStatus.Of(path);
        using var directory = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        File.WriteAllText(renamed ? path + ".new" : path, _shared.Records("images").Replace("localhost/b:1", name, StringComparison.Ordinal));
        if (renamed)
        {
            directory.Rename("images.json.new", "images.json");
        }

        directory.SetTimes("images.json", before.ModifiedSeconds, before.ModifiedNanoseconds);
        Assert.Null(store.Images.Find("b:1"));
        Assert.NotNull(store.Images.Find(name));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Committing_the_same_change_twice_gives_one_layer()
    {
        using var store = _shared.Open();
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var container = store.Containers.Create(new NewContainer());
            var file = Path.Combine(store.Containers.Mount(container.Id), "file");
            File.WriteAllText(file, "same");
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
            store.Containers.Unmount(container.Id);
            ids.Add(SharedStore.CommitImage(store, container, $"localhost/n:{i}", adopt: true).TopLayer!);
        }

        Assert.Equal(ids[0], ids[1]);
        Assert.Single(store.Layers.All());
        Assert.Single(store.Images.All());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_manifest_replaced_half_way_leaves_no_record_that_is_wrong()
    {
        using var store = _shared.Open();
        var image = SharedStore.CommitImage(store, store.Containers.Create(new NewContainer()), "localhost/a:1", adopt: true);
        var manifest = store.Images.ReadData(image.Id, "manifest");
        byte[] other = [.. manifest, (byte)' '];

        // The second file cannot be put in its place, when the first one has been.
        Directory.CreateDirectory(Path.Combine(_shared.Root, "overlay-images", image.Id, BigDataName.FileName("manifest-other")));
        Assert.Throws<BuildSharpException>(() => store.Images.Create(new NewImage
        {
            Id = image.Id,
            TopLayer = image.TopLayer,
            Data = [new("manifest", other), new("manifest-other", other)],
        }));
        Assert.Equal(other, store.Images.ReadData(image.Id, "manifest"));
        Assert.DoesNotContain(store.Check(new CheckOptions()), finding => finding.Kind == FindingKind.Damage);
        Assert.Equal("localhost/a:1", Assert.Single(store.Images.All()).Names[0]);

        store.Images.Create(new NewImage { Id = image.Id, TopLayer = image.TopLayer, Data = [new("manifest", other)] });
        Assert.Equal(Digest.Sha256(other), store.Images.Find("a:1")!.ManifestDigest);
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void More_layers_than_fit_a_page_of_mount_data_are_mounted()
    {
        using var store = _shared.Open();
        string? parent = null;
        for (var i = 0; i < 130; i++)
        {
            using var tar = new MemoryStream();
            var writer = new BuildSharp.Oci.Layers.TarWriter(tar);
            writer.Write(new BuildSharp.Oci.Layers.TarHeader
            {
                Name = System.Text.Encoding.ASCII.GetBytes($"file{i}"),
                Type = BuildSharp.Oci.Layers.TarEntryType.RegularFile,
                Mode = 0x1A4,
            });
            writer.Complete();
            tar.Position = 0;
            parent = store.Layers.Import(new LayerImport { ParentId = parent, Tar = tar }).Id;
        }

        var container = store.Containers.Create(new NewContainer { ParentLayerId = parent });
        Assert.Equal(130, Directory.GetFiles(store.Containers.Mount(container.Id)).Length);
        Assert.True(store.Containers.Unmount(container.Id));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void An_additional_store_is_read_and_never_written()
    {
        using (var other = Store.Open(_shared.Options with { GraphRoot = _shared["ro"], RunRoot = _shared["ron"] }))
        {
            var container = other.Containers.Create(new NewContainer());
            File.WriteAllText(Path.Combine(other.Containers.Mount(container.Id), "file"), "read-only");
            other.Containers.Unmount(container.Id);
            SharedStore.CommitImage(other, container, "localhost/ro:1", adopt: true);
        }

        var before = Listing();
        using var store = Store.Open(_shared.Options with { AdditionalImageStores = [_shared["ro"]] });
        var image = store.Images.Find("ro:1")!;
        Assert.True(image.IsReadOnly);
        var mine = store.Containers.Create(new NewContainer { ImageId = image.Id });
        var root = store.Containers.Mount(mine.Id);
        Assert.Equal("read-only", File.ReadAllText(Path.Combine(root, "file")));
        File.WriteAllText(Path.Combine(root, "file"), "changed");
        store.Containers.Unmount(mine.Id);
        var committed = SharedStore.CommitImage(store, mine, "localhost/mine:1", adopt: true);
        Assert.Equal(image.TopLayer, store.Layers.Find(committed.TopLayer!)!.Parent);
        var mounted = store.Layers.Mount(image.TopLayer!);
        Assert.Equal("read-only", File.ReadAllText(Path.Combine(mounted, "file")));
        store.Layers.Unmount(image.TopLayer!);
        store.Images.AddNames(image.Id, ["localhost/tagged:1"]);
        Assert.False(store.Images.Find("tagged:1")!.IsReadOnly);
        Assert.Equal(image.Id, store.Images.Find("ro:1")!.Id);
        store.Images.AddNames(committed.Id, ["localhost/ro:1"]);
        store.Images.Remove(image.Id);
        store.Images.AddNames(image.Id, ["localhost/tagged:1"]);
        Assert.Equal(committed.Id, store.Images.Find("ro:1")!.Id);
        store.Images.RemoveName(committed.Id, "localhost/ro:1");
        store.Images.Remove(image.Id);
        Assert.True(store.Images.Find("ro:1")!.IsReadOnly);
        Assert.Throws<BuildSharpException>(() => store.Images.Remove(image.Id));
        Assert.Equal(before, Listing());

        // A layer that its maker left half made is never repaired there, and nothing is built on it.
        var list = _shared["ro/overlay-layers/layers.json"];
        File.WriteAllText(list, File.ReadAllText(list).Replace("[{", "[{\"flags\":{\"incomplete\":true},"));
        Assert.Throws<BuildSharpException>(() => store.Containers.Create(new NewContainer { ImageId = image.Id }));
        Assert.Contains("incomplete", File.ReadAllText(list));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_store_on_a_read_only_file_system_is_listed_and_not_changed()
    {
        using (var store = _shared.Open())
        {
            store.Containers.Create(new NewContainer { Names = ["a"] });
        }

        Mount.Bind(_shared.Root, _shared.Root);
        Mount.Attach(null, _shared.Root, null, MountFlags.Remount | MountFlags.Bind | MountFlags.ReadOnly);
        using var frozen = _shared.Open();
        Assert.NotNull(frozen.Containers.Find("a"));
        Assert.Single(frozen.Layers.All());
        Assert.Contains("read-only", Assert.Throws<BuildSharpException>(() => frozen.Containers.Remove(frozen.Containers.Find("a")!.Id)).Message, StringComparison.Ordinal);
        Assert.True(Mount.Detach(_shared.Root));
    }

    [RequiresFact(Needs.Root)]
    public void The_vfs_driver_keeps_whole_trees()
    {
        using var vfs = new SharedStore("vfs");
        using var store = vfs.Open();
        var container = store.Containers.Create(new NewContainer());
        var root = store.Containers.Mount(container.Id);
        File.WriteAllText(Path.Combine(root, "kept"), "1");
        File.WriteAllText(Path.Combine(root, "gone"), "2");
        store.Containers.Unmount(container.Id);
        var image = SharedStore.CommitImage(store, container, "localhost/a:1", adopt: true);

        var second = store.Containers.Create(new NewContainer { ImageId = image.Id });
        root = store.Containers.Mount(second.Id);
        File.Delete(Path.Combine(root, "gone"));
        File.WriteAllText(Path.Combine(root, "new"), "3");
        store.Containers.Unmount(second.Id);
        var upper = SharedStore.CommitImage(store, second, "localhost/b:1", adopt: false);

        Assert.Equal(["kept", "new"], Directory.GetFiles(store.Layers.ContentPath(upper.TopLayer!)).Select(Path.GetFileName).Order());
        using var tar = store.Layers.OpenTar(upper.TopLayer!);
        Assert.Equal(tar.DiffId!.Value.Hex, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(tar.Content)));
    }

    [Fact]
    public void Taking_locks_in_another_order_is_noticed_in_debug_builds()
    {
        var owner = new object();
        var images = new StoreLock(owner, LockRank.Images, _shared["images.lock"]);
        var layers = new StoreLock(owner, LockRank.Layers, _shared["layers.lock"]);
        using (layers.Read())
        using (images.Write())
        {
        }

        using (images.Read())
        {
            Assert.Throws<InvalidOperationException>(() => layers.Read());
            Assert.Throws<InvalidOperationException>(() => images.Write());
        }
    }

    [Theory]
    [InlineData("manifest", "manifest")]
    [InlineData("instances.json", "instances.json")]
    [InlineData("sha256:ab", "=c2hhMjU2OmFi")]
    public void Data_files_have_the_names_that_go_tools_give(string key, string file) => Assert.Equal(file, BigDataName.FileName(key));

    private string Listing() => Tool.Named("find").Run([_shared["ro"], "-printf", "%p %T@ %s %m\n"]).Output;

    /// <summary>Adds a record and the files of a layer beside an existing one.</summary>
    private void CopyLayer(string from, string to, string extra)
    {
        var path = Path.Combine(_shared.Root, "overlay-layers/layers.json");
        File.WriteAllText(path, File.ReadAllText(path).TrimEnd(']') + $",{{\"id\":\"{to}\",\"created\":\"2020-01-01T00:00:00Z\",{extra}}}]");
        Tool.Named("cp").Run(["-a", Path.Combine(_shared.Root, "overlay", from), Path.Combine(_shared.Root, "overlay", to)]);
    }
}
