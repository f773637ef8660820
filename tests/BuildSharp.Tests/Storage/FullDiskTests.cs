using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Checking;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Records;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>A disk without one free byte: nothing can be made, everything can be removed.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly SharedStore _shared = new();
    private readonly string _disk;
    private readonly StoreOptions _options;

    public FullDiskTests()
    {
        _disk = _shared["disk"];
        Directory.CreateDirectory(_disk);
        _options = _shared.Options with { GraphRoot = Path.Combine(_disk, "r"), RunRoot = Path.Combine(_disk, "n") };
    }

    public void Dispose()
    {
        Mount.Detach(_disk);
        _shared.Dispose();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void Containers_and_images_are_removed_from_a_full_disk()
    {
        Mount.Attach("none", _disk, "tmpfs", MountFlags.None, "size=8m");
        using var store = Store.Open(_options);
        var first = Commit(store, "first", "localhost/first:1", adopt: true);
        var second = Commit(store, "second", "localhost/second:1", adopt: true);
        var mounted = store.Containers.Create(new NewContainer { Names = ["mounted"], ImageId = first.Id });
        File.WriteAllBytes(Path.Combine(store.Containers.Mount(mounted.Id), "file"), new byte[100_000]);
        var unwritten = store.Containers.Create(new NewContainer { Names = ["unwritten"], ImageId = first.Id });
        Fill();
        Assert.Contains("no space left", Assert.Throws<BuildSharpException>(
            () => store.Containers.Create(new NewContainer { Names = ["more"] })).Message, StringComparison.Ordinal);

        // A process that has read nothing yet, as every command is.
        using (var other = Store.Open(_options))
        {
            other.Containers.Remove(unwritten.Id);
        }

        Assert.Equal("mounted", Assert.Single(Assert.Single(store.Containers.All()).Names));
        Fill();
        store.Containers.Remove(mounted.Id);
        Assert.Empty(store.Containers.All());
        Fill();
        store.Images.Remove(second.Id);
        Fill();
        store.Images.Remove(first.Id);

        Assert.Empty(store.Images.All());
        Assert.Empty(store.Layers.All());
        File.Delete(Path.Combine(_disk, "filler"));
        Assert.Empty(store.Check(new CheckOptions { UnusedLayerAge = TimeSpan.Zero }));
        store.Containers.Create(new NewContainer { Names = ["again"] });
        Assert.Empty(store.Check(new CheckOptions()));
    }

    [RequiresFact(Needs.Root | Needs.Overlay, "buildah", "busybox")]
    public async Task Buildah_reads_lists_that_records_were_taken_from_in_place()
    {
        Mount.Attach("none", _disk, "tmpfs", MountFlags.None, "size=8m");
        using var store = Store.Open(_options);
        List<StoredImage> all = [.. Enumerable.Range(0, 4).Select(number => Commit(store, $"{number}", $"localhost/n:{number}", adopt: true))];
        Fill();
        store.Images.Remove(all[0].Id);
        Fill();
        store.Images.Remove(all[2].Id);
        Fill();
        store.Images.Remove(all[3].Id);
        File.Delete(Path.Combine(_disk, "filler"));

        var buildah = Tool.Named("buildah").WithLeading("--root", _options.GraphRoot, "--runroot", _options.RunRoot, "--storage-driver", "overlay");
        Assert.Equal($"sha256:{all[1].Id}", await buildah.ReadAsync("images", "-q", "--no-trunc"));
        var container = await buildah.ReadAsync("from", "--pull-never", "localhost/n:1");
        Assert.Equal("1", File.ReadAllText(Path.Combine(await buildah.ReadAsync("mount", container), "file")));
        await buildah.ReadAsync("rm", container);
        Assert.Empty(store.Check(new CheckOptions { UnusedLayerAge = TimeSpan.Zero }));
    }

    private static StoredImage Commit(Store store, string content, string name, bool adopt)
    {
        var container = store.Containers.Create(new NewContainer());
        File.WriteAllText(Path.Combine(store.Containers.Mount(container.Id), "file"), content);
        store.Containers.Unmount(container.Id);
        return SharedStore.CommitImage(store, container, name, adopt);
    }

    /// <summary>Writes until not one byte more is taken.</summary>
    private void Fill()
    {
        using var filler = new FileStream(Path.Combine(_disk, "filler"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
