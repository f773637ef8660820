using BuildSharp.Storage;
using BuildSharp.Storage.Checking;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>A commit that takes the container's layer, and what is left when it is killed in between.</summary>
public sealed class AdoptionTests : IDisposable
{
    private readonly SharedStore _shared = new();
    private readonly Store _store;
    private readonly StoredImage _image;

    public AdoptionTests()
    {
        _store = _shared.Open();
        _image = SharedStore.CommitImage(_store, Filled("base", "first"), "localhost/base:1", adopt: true);
    }

    public void Dispose()
    {
        _store.Dispose();
        _shared.Dispose();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_container_mounted_while_it_is_hashed_is_not_adopted()
    {
        var container = Filled("work", "second");
        using var adoption = _store.Adoptions.Prepare(container.Id, new LayerCommit())!;
        _store.Containers.Mount(container.Id);
        Assert.Throws<LayerRemovedException>(() => _store.Adoptions.Commit(adoption, new NewImage()));
        _store.Containers.Unmount(container.Id);
        Assert.Throws<LayerRemovedException>(() => _store.Adoptions.Commit(adoption, new NewImage()));

        Assert.Equal("second", Read(container.Id, "file"));
        Assert.Empty(_store.Check(new CheckOptions()));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void An_image_that_cannot_be_stored_leaves_the_container_its_layer()
    {
        var container = Filled("work", "second");
        using var adoption = _store.Adoptions.Prepare(container.Id, new LayerCommit())!;
        Assert.Contains("top layer", Assert.Throws<BuildSharp.Oci.BuildSharpException>(
            () => _store.Adoptions.Commit(adoption, new NewImage { Id = _image.Id })).Message, StringComparison.Ordinal);

        Assert.Equal(container.LayerId, _store.Containers.Find("work")!.LayerId);
        Assert.Equal("second", Read(container.Id, "file"));
        Assert.Empty(_store.Check(new CheckOptions()));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData(true)]
    [InlineData(false)]
    public void A_container_stays_when_the_equal_layer_has_lost_its_files(bool adopts)
    {
        var container = Filled("work", "first", image: null);
        var lost = _store.Layers.ContentPath(_image.TopLayer!);
        Directory.Move(lost, lost + "-lost");
        Assert.Contains("has lost its files", Assert.Throws<BuildSharp.Oci.BuildSharpException>(
            () => SharedStore.CommitImage(_store, container, "localhost/equal:1", adopts)).Message, StringComparison.Ordinal);

        Assert.Equal("first", Read(container.Id, "file"));
        Directory.Move(lost + "-lost", lost);
        Assert.Empty(_store.Check(new CheckOptions()));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData(Killed.AfterTheRename)]
    [InlineData(Killed.AfterTheLayer)]
    [InlineData(Killed.AfterTheImage)]
    public void A_killed_commit_leaves_the_container_all_it_had(Killed when)
    {
        var container = Interrupt(when);
        Assert.Equal($"Fault: container work ({container.Id}): a commit began to make its layer {container.LayerId} an image's",
            Assert.Single(_store.Check(new CheckOptions()).Select(finding => $"{finding.Kind}: {finding.Text}")));

        // Writing to the container does not reach the image.
        Assert.Equal("second", Read(container.Id, "file"));
        File.WriteAllText(Path.Combine(_store.Containers.Mount(container.Id), "file"), "third");
        _store.Containers.Unmount(container.Id);
        Assert.Empty(_store.Check(new CheckOptions { UnusedLayerAge = TimeSpan.Zero }));
        var again = SharedStore.CommitImage(_store, _store.Containers.Find("work")!, "localhost/again:1", adopt: true);
        Assert.Equal(_image.TopLayer, _store.Layers.Find(again.TopLayer!)!.Parent);
        Assert.Empty(_store.Check(new CheckOptions { UnusedLayerAge = TimeSpan.Zero }));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData(Killed.AfterTheRename)]
    [InlineData(Killed.AfterTheLayer)]
    [InlineData(Killed.AfterTheImage)]
    public void A_killed_commit_can_be_repeated_or_repaired(Killed when)
    {
        var container = Interrupt(when);
        if (when == Killed.AfterTheRename)
        {
            // The next that wants the layer's name must not take the container's files for rubbish.
            using var tar = _store.Layers.OpenTar(_image.TopLayer!);
            _store.Layers.Import(new LayerImport { Tar = tar.Content, ParentId = _image.TopLayer });
        }

        Assert.Equal(FindingOutcome.Mended, Assert.Single(_store.Check(new CheckOptions { Repair = true })).Outcome);
        Assert.Equal("second", Read(container.Id, "file"));
        Assert.Empty(_store.Check(new CheckOptions()));
        SharedStore.CommitImage(_store, _store.Containers.Find("work")!, "localhost/repeated:1", adopt: true);
        Assert.Empty(_store.Containers.All());
        Assert.Empty(_store.Check(new CheckOptions()));
    }

    /// <summary>How far a killed commit came.</summary>
    public enum Killed
    {
        AfterTheRename,
        AfterTheLayer,
        AfterTheImage,
    }

    /// <summary>Commits, and puts the store back to where a commit killed at that point leaves it.</summary>
    private StoredContainer Interrupt(Killed when)
    {
        var container = Filled("work", "second");
        string[] files = ["overlay-containers/containers.json", "overlay-layers/layers.json", "overlay-images/images.json"];
        var before = files.ToDictionary(file => file, file => File.ReadAllText(Path.Combine(_shared.Root, file)));
        var record = before["overlay-layers/layers.json"].Split("},{").Single(part => part.Contains(container.LayerId, StringComparison.Ordinal)).Trim('[', ']', '{', '}');
        var tool = Tool.Named("cp").WithLeading("-a");
        tool.Run([Path.Combine(_shared.Root, "overlay-containers"), _shared["containers"]]);
        var adopted = SharedStore.CommitImage(_store, container, "localhost/upper:1", adopt: true).TopLayer!;
        tool.Run([_shared["containers"] + "/.", Path.Combine(_shared.Root, "overlay-containers")]);
        File.CreateSymbolicLink(Path.Combine(_shared.Root, "overlay", container.LayerId), adopted);
        if (when == Killed.AfterTheRename)
        {
            File.WriteAllText(Path.Combine(_shared.Root, files[1]), before[files[1]]);
            File.Delete(Path.Combine(_shared.Root, "overlay-layers", adopted + ".tar-split.gz"));
        }
        else
        {
            var layers = Path.Combine(_shared.Root, files[1]);
            File.WriteAllText(layers, File.ReadAllText(layers).TrimEnd(']') + $",{{{record}}}]");
        }

        if (when != Killed.AfterTheImage)
        {
            var id = _store.Images.Find("upper:1")!.Id;
            File.WriteAllText(Path.Combine(_shared.Root, files[2]), before[files[2]]);
            Directory.Delete(Path.Combine(_shared.Root, "overlay-images", id), recursive: true);
        }

        return container;
    }

    private StoredContainer Filled(string name, string content) => Filled(name, content, _image);

    private StoredContainer Filled(string name, string content, StoredImage? image)
    {
        var container = _store.Containers.Create(new NewContainer { Names = [name], ImageId = image?.Id });
        var file = Path.Combine(_store.Containers.Mount(container.Id), "file");
        File.WriteAllText(file, content);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        _store.Containers.Unmount(container.Id);
        return container;
    }

    private string Read(string containerId, string file)
    {
        var root = _store.Containers.Mount(containerId);
        try
        {
            return File.ReadAllText(Path.Combine(root, file));
        }
        finally
        {
            _store.Containers.Unmount(containerId);
        }
    }
}
