using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;
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
        var container = store.CreateContainer(new NewContainer { Names = ["a"] });
        var half = new string('a', 64);
        CopyLayer(container.LayerId, half, "\"flags\":{\"incomplete\":true}");
        Assert.True(Directory.Exists(Path.Combine(_shared.Root, "overlay", half)));

        Assert.Equal(container.LayerId, Assert.Single(store.Layers()).Id);
        Assert.False(Directory.Exists(Path.Combine(_shared.Root, "overlay", half)));
        Assert.DoesNotContain(half, _shared.Records("layers"), StringComparison.Ordinal);
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Only_staging_places_that_nobody_holds_are_cleared()
    {
        using var store = _shared.Open();
        store.RemoveContainer(store.CreateContainer(new NewContainer()).Id);
        var root = Path.Combine(_shared.Root, "overlay/tempdirs");
        Directory.CreateDirectory(Path.Combine(root, "temp-dir-dead/0-addition/deep"));
        File.WriteAllText(Path.Combine(root, "lock-dead"), "");
        Directory.CreateDirectory(Path.Combine(root, "temp-dir-live"));
        using var held = FileLock.Acquire(Path.Combine(root, "lock-live"), exclusive: true);

        store.CreateContainer(new NewContainer());

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
        store.CreateContainer(new NewContainer());
        store.CreateImage(new NewImage { Names = ["localhost/a:1"] });
        var path = Path.Combine(_shared.Root, file);
        File.WriteAllText(path, content);

        var failure = Assert.Throws<BuildSharpException>(() => store.CreateContainer(new NewContainer { ImageId = store.FindImage("a:1")!.Id }));
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
        store.CreateImage(new NewImage { Names = ["localhost/b:1"] });
        Assert.NotNull(store.FindImage("b:1"));
        var path = Path.Combine(_shared.Root, "overlay-images/images.json");
        var before = FileStatus.Of(path);
        using var directory = DirectoryHandle.Open(Path.GetDirectoryName(path)!);
        File.WriteAllText(renamed ? path + ".new" : path, _shared.Records("images").Replace("localhost/b:1", name, StringComparison.Ordinal));
        if (renamed)
        {
            directory.Rename("images.json.new", "images.json");
        }

        directory.SetTimes("images.json", before.ModifiedSeconds, before.ModifiedNanoseconds);
        Assert.Null(store.FindImage("b:1"));
        Assert.NotNull(store.FindImage(name));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Committing_the_same_change_twice_gives_one_layer()
    {
        using var store = _shared.Open();
        var ids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var container = store.CreateContainer(new NewContainer());
            var file = Path.Combine(store.Mount(container.Id), "file");
            File.WriteAllText(file, "same");
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
            store.Unmount(container.Id);
            ids.Add(SharedStore.CommitImage(store, container, $"localhost/n:{i}", adopt: true).TopLayer!);
        }

        Assert.Equal(ids[0], ids[1]);
        Assert.Single(store.Layers());
        Assert.Single(store.Images());
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_manifest_replaced_half_way_leaves_no_record_that_is_wrong()
    {
        using var store = _shared.Open();
        var image = SharedStore.CommitImage(store, store.CreateContainer(new NewContainer()), "localhost/a:1", adopt: true);
        var manifest = store.ReadImageData(image.Id, "manifest");
        byte[] other = [.. manifest, (byte)' '];

        // The second file cannot be put in its place, when the first one has been.
        Directory.CreateDirectory(Path.Combine(_shared.Root, "overlay-images", image.Id, BigDataName.FileName("manifest-other")));
        Assert.Throws<BuildSharpException>(() => store.CreateImage(new NewImage
        {
            Id = image.Id,
            TopLayer = image.TopLayer,
            Data = [new("manifest", other), new("manifest-other", other)],
        }));
        Assert.Equal(other, store.ReadImageData(image.Id, "manifest"));
        Assert.DoesNotContain(store.Check(new CheckOptions()), finding => finding.Kind == FindingKind.Damage);
        Assert.Equal("localhost/a:1", Assert.Single(store.Images()).Names[0]);

        store.CreateImage(new NewImage { Id = image.Id, TopLayer = image.TopLayer, Data = [new("manifest", other)] });
        Assert.Equal(Digest.Sha256(other), store.FindImage("a:1")!.ManifestDigest);
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
            parent = store.ImportLayer(new LayerImport { ParentId = parent, Tar = tar }).Id;
        }

        var container = store.CreateContainer(new NewContainer { ParentLayerId = parent });
        Assert.Equal(130, Directory.GetFiles(store.Mount(container.Id)).Length);
        Assert.True(store.Unmount(container.Id));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void An_additional_store_is_read_and_never_written()
    {
        using (var other = Store.Open(_shared.Options with { GraphRoot = _shared["ro"], RunRoot = _shared["ron"] }))
        {
            var container = other.CreateContainer(new NewContainer());
            File.WriteAllText(Path.Combine(other.Mount(container.Id), "file"), "read-only");
            other.Unmount(container.Id);
            SharedStore.CommitImage(other, container, "localhost/ro:1", adopt: true);
        }

        var before = Listing();
        using var store = Store.Open(_shared.Options with { AdditionalImageStores = [_shared["ro"]] });
        var image = store.FindImage("ro:1")!;
        Assert.True(image.IsReadOnly);
        var mine = store.CreateContainer(new NewContainer { ImageId = image.Id });
        var root = store.Mount(mine.Id);
        Assert.Equal("read-only", File.ReadAllText(Path.Combine(root, "file")));
        File.WriteAllText(Path.Combine(root, "file"), "changed");
        store.Unmount(mine.Id);
        var committed = SharedStore.CommitImage(store, mine, "localhost/mine:1", adopt: true);
        Assert.Equal(image.TopLayer, store.FindLayer(committed.TopLayer!)!.Parent);
        var mounted = store.MountLayer(image.TopLayer!);
        Assert.Equal("read-only", File.ReadAllText(Path.Combine(mounted, "file")));
        store.UnmountLayer(image.TopLayer!);
        store.AddImageNames(image.Id, ["localhost/tagged:1"]);
        Assert.False(store.FindImage("tagged:1")!.IsReadOnly);
        Assert.Equal(image.Id, store.FindImage("ro:1")!.Id);
        store.AddImageNames(committed.Id, ["localhost/ro:1"]);
        store.RemoveImage(image.Id);
        store.AddImageNames(image.Id, ["localhost/tagged:1"]);
        Assert.Equal(committed.Id, store.FindImage("ro:1")!.Id);
        store.RemoveImageName(committed.Id, "localhost/ro:1");
        store.RemoveImage(image.Id);
        Assert.True(store.FindImage("ro:1")!.IsReadOnly);
        Assert.Throws<BuildSharpException>(() => store.RemoveImage(image.Id));
        Assert.Equal(before, Listing());

        // A layer that its maker left half made is never repaired there, and nothing is built on it.
        var list = _shared["ro/overlay-layers/layers.json"];
        File.WriteAllText(list, File.ReadAllText(list).Replace("[{", "[{\"flags\":{\"incomplete\":true},"));
        Assert.Throws<BuildSharpException>(() => store.CreateContainer(new NewContainer { ImageId = image.Id }));
        Assert.Contains("incomplete", File.ReadAllText(list));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_store_on_a_read_only_file_system_is_listed_and_not_changed()
    {
        using (var store = _shared.Open())
        {
            store.CreateContainer(new NewContainer { Names = ["a"] });
        }

        Mount.Bind(_shared.Root, _shared.Root);
        Mount.Attach(null, _shared.Root, null, MountFlags.Remount | MountFlags.Bind | MountFlags.ReadOnly);
        using var frozen = _shared.Open();
        Assert.NotNull(frozen.FindContainer("a"));
        Assert.Single(frozen.Layers());
        Assert.Contains("read-only", Assert.Throws<BuildSharpException>(() => frozen.RemoveContainer(frozen.FindContainer("a")!.Id)).Message, StringComparison.Ordinal);
        Assert.True(Mount.Detach(_shared.Root));
    }

    [RequiresFact(Needs.Root)]
    public void The_vfs_driver_keeps_whole_trees()
    {
        using var vfs = new SharedStore("vfs");
        using var store = vfs.Open();
        var container = store.CreateContainer(new NewContainer());
        var root = store.Mount(container.Id);
        File.WriteAllText(Path.Combine(root, "kept"), "1");
        File.WriteAllText(Path.Combine(root, "gone"), "2");
        store.Unmount(container.Id);
        var image = SharedStore.CommitImage(store, container, "localhost/a:1", adopt: true);

        var second = store.CreateContainer(new NewContainer { ImageId = image.Id });
        root = store.Mount(second.Id);
        File.Delete(Path.Combine(root, "gone"));
        File.WriteAllText(Path.Combine(root, "new"), "3");
        store.Unmount(second.Id);
        var upper = SharedStore.CommitImage(store, second, "localhost/b:1", adopt: false);

        Assert.Equal(["kept", "new"], Directory.GetFiles(store.LayerContentPath(upper.TopLayer!)).Select(Path.GetFileName).Order());
        using var tar = store.OpenLayerTar(upper.TopLayer!);
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
