using BuildSharp.Linux;
using BuildSharp.Storage;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Records;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>Mounts with <c>metacopy</c> and <c>redirect_dir</c>, whose upper directory is not the whole change (kernel documentation, overlayfs, "Metadata only copy up").</summary>
public sealed class PartialUpperTests : IDisposable
{
    private readonly SharedStore _shared = new();

    public void Dispose() => _shared.Dispose();

    [RequiresTheory(Needs.Root | Needs.Overlay, "getfattr")]
    [InlineData(true)]
    [InlineData(false)]
    public void A_layer_of_metadata_copies_and_moved_directories_is_whole(bool adopt)
    {
        using (var store = Store.Open(_shared.Options with { DriverOptions = ["overlay.mountopt=nodev,metacopy=on"] }))
        {
            var image = MakeBase(store);
            var container = store.Containers.Create(new NewContainer { ImageId = image.Id });
            var root = store.Containers.Mount(container.Id);
            Assert.Contains("metacopy=on", MountTable.Read().Single(entry => entry.MountPoint == root).FileSystemOptions, StringComparison.Ordinal);
            Change(root);
            store.Containers.Unmount(container.Id);
            Assert.NotEmpty(XattrsBelow(store.Layers.ContentPath(container.LayerId)));

            var changed = SharedStore.CommitImage(store, container, "localhost/changed:1", adopt);
            Assert.Empty(XattrsBelow(store.Layers.ContentPath(changed.TopLayer!)));
        }

        AssertChanged("changed:1");
        Assert.Empty(_shared.MountsLeft());
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah", "getfattr")]
    public async Task A_container_that_buildah_mounted_so_is_committed_whole()
    {
        using (var store = _shared.Open())
        {
            MakeBase(store);
        }

        var buildah = Tool.Named("buildah").WithLeading(
            "--root", _shared.Root, "--runroot", _shared.RunRoot, "--storage-driver", "overlay", "--storage-opt", "overlay.mountopt=metacopy=on");
        var container = await buildah.ReadAsync("from", "--pull-never", "base:1");
        Change(await buildah.ReadAsync("mount", container));
        await buildah.ReadAsync("umount", container);

        using (var store = _shared.Open())
        {
            Assert.NotEmpty(XattrsBelow(store.Layers.ContentPath(store.Containers.Find(container)!.LayerId)));
            SharedStore.CommitImage(store, store.Containers.Find(container)!, "localhost/changed:1", adopt: true);
        }

        AssertChanged("changed:1");
        Assert.Empty(_shared.MountsLeft());
    }

    private static StoredImage MakeBase(Store store)
    {
        var container = store.Containers.Create(new NewContainer());
        var root = store.Containers.Mount(container.Id);
        File.WriteAllText(Path.Combine(root, "big"), new string('x', 100_000));
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(root, "dir/deep")).FullName, "file"), "content");
        store.Containers.Unmount(container.Id);
        return SharedStore.CommitImage(store, container, "localhost/base:1", adopt: true);
    }

    private static void Change(string root)
    {
        File.SetUnixFileMode(Path.Combine(root, "big"), UnixFileMode.UserRead);
        Directory.Move(Path.Combine(root, "dir"), Path.Combine(root, "moved"));
    }

    private void AssertChanged(string image)
    {
        using var store = _shared.Open();
        var container = store.Containers.Create(new NewContainer { ImageId = store.Images.Find(image)!.Id });
        var root = store.Containers.Mount(container.Id);
        Assert.Equal(100_000, File.ReadAllText(Path.Combine(root, "big")).Length);
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(root, "big")));
        Assert.Equal("content", File.ReadAllText(Path.Combine(root, "moved/deep/file")));
        Assert.False(Directory.Exists(Path.Combine(root, "dir")));
        store.Containers.Remove(container.Id);
    }

    /// <summary>Attributes that say "the rest lies below".</summary>
    private static IReadOnlyList<string> XattrsBelow(string directory) =>
        [.. Tool.Named("getfattr").Run(["-R", "-h", "-m", @"^trusted\.overlay\.(redirect|metacopy)$", directory]).Lines];
}
