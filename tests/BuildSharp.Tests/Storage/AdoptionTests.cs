using BuildSharp.Storage;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Storage;

/// <summary>A commit that takes the container's layer, and what is left when it is killed in between.</summary>
public sealed class AdoptionTests : IDisposable
{
    private readonly SharedStore shared = new();
    private readonly Store store;
    private readonly StoredImage image;

    public AdoptionTests()
    {
        store = shared.Open();
        image = SharedStore.CommitImage(store, Filled("base", "first"), "localhost/base:1", adopt: true);
    }

    public void Dispose()
    {
        store.Dispose();
        shared.Dispose();
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void A_container_mounted_while_it_is_hashed_is_not_adopted()
    {
        var container = Filled("work", "second");
        using var adoption = store.PrepareAdoption(container.Id, new LayerCommit())!;
        store.Mount(container.Id);
        Assert.Throws<LayerRemovedException>(() => store.CommitAdopted(adoption, new NewImage()));
        store.Unmount(container.Id);
        Assert.Throws<LayerRemovedException>(() => store.CommitAdopted(adoption, new NewImage()));

        Assert.Equal("second", Read(container.Id, "file"));
        Assert.Empty(store.Check(new CheckOptions()));
    }

    [RequiresFact(Needs.Root | Needs.Overlay)]
    public void An_image_that_cannot_be_stored_leaves_the_container_its_layer()
    {
        var container = Filled("work", "second");
        using var adoption = store.PrepareAdoption(container.Id, new LayerCommit())!;
        Assert.Contains("top layer", Assert.Throws<BuildSharp.Oci.BuildSharpException>(
            () => store.CommitAdopted(adoption, new NewImage { Id = image.Id })).Message, StringComparison.Ordinal);

        Assert.Equal(container.LayerId, store.FindContainer("work")!.LayerId);
        Assert.Equal("second", Read(container.Id, "file"));
        Assert.Empty(store.Check(new CheckOptions()));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData(true)]
    [InlineData(false)]
    public void A_container_stays_when_the_equal_layer_has_lost_its_files(bool adopts)
    {
        var container = Filled("work", "first", image: null);
        var lost = store.LayerContentPath(image.TopLayer!);
        Directory.Move(lost, lost + "-lost");
        Assert.Contains("has lost its files", Assert.Throws<BuildSharp.Oci.BuildSharpException>(
            () => SharedStore.CommitImage(store, container, "localhost/equal:1", adopts)).Message, StringComparison.Ordinal);

        Assert.Equal("first", Read(container.Id, "file"));
        Directory.Move(lost + "-lost", lost);
        Assert.Empty(store.Check(new CheckOptions()));
    }

    [RequiresTheory(Needs.Root | Needs.Overlay)]
    [InlineData(Killed.AfterTheRename)]
    [InlineData(Killed.AfterTheLayer)]
    [InlineData(Killed.AfterTheImage)]
    public void A_killed_commit_leaves_the_container_all_it_had(Killed when)
    {
        var container = Interrupt(when);
        Assert.Equal($"Fault: container work ({container.Id}): a commit began to make its layer {container.LayerId} an image's",
            Assert.Single(store.Check(new CheckOptions()).Select(finding => $"{finding.Kind}: {finding.Text}")));

        // Writing to the container does not reach the image.
        Assert.Equal("second", Read(container.Id, "file"));
        File.WriteAllText(Path.Combine(store.Mount(container.Id), "file"), "third");
        store.Unmount(container.Id);
        Assert.Empty(store.Check(new CheckOptions { UnusedLayerAge = TimeSpan.Zero }));
        var again = SharedStore.CommitImage(store, store.FindContainer("work")!, "localhost/again:1", adopt: true);
        Assert.Equal(image.TopLayer, store.FindLayer(again.TopLayer!)!.Parent);
        Assert.Empty(store.Check(new CheckOptions { UnusedLayerAge = TimeSpan.Zero }));
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
            using var tar = store.OpenLayerTar(image.TopLayer!);
            store.ImportLayer(new LayerImport { Tar = tar.Content, ParentId = image.TopLayer });
        }

        Assert.Equal(FindingOutcome.Mended, Assert.Single(store.Check(new CheckOptions { Repair = true })).Outcome);
        Assert.Equal("second", Read(container.Id, "file"));
        Assert.Empty(store.Check(new CheckOptions()));
        SharedStore.CommitImage(store, store.FindContainer("work")!, "localhost/repeated:1", adopt: true);
        Assert.Empty(store.Containers());
        Assert.Empty(store.Check(new CheckOptions()));
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
        var before = files.ToDictionary(file => file, file => File.ReadAllText(Path.Combine(shared.Root, file)));
        var record = before["overlay-layers/layers.json"].Split("},{").Single(part => part.Contains(container.LayerId, StringComparison.Ordinal)).Trim('[', ']', '{', '}');
        var tool = Tool.Named("cp").WithLeading("-a");
        tool.Run([Path.Combine(shared.Root, "overlay-containers"), shared["containers"]]);
        var adopted = SharedStore.CommitImage(store, container, "localhost/upper:1", adopt: true).TopLayer!;
        tool.Run([shared["containers"] + "/.", Path.Combine(shared.Root, "overlay-containers")]);
        File.CreateSymbolicLink(Path.Combine(shared.Root, "overlay", container.LayerId), adopted);
        if (when == Killed.AfterTheRename)
        {
            File.WriteAllText(Path.Combine(shared.Root, files[1]), before[files[1]]);
            File.Delete(Path.Combine(shared.Root, "overlay-layers", adopted + ".tar-split.gz"));
        }
        else
        {
            var layers = Path.Combine(shared.Root, files[1]);
            File.WriteAllText(layers, File.ReadAllText(layers).TrimEnd(']') + $",{{{record}}}]");
        }

        if (when != Killed.AfterTheImage)
        {
            var id = store.FindImage("upper:1")!.Id;
            File.WriteAllText(Path.Combine(shared.Root, files[2]), before[files[2]]);
            Directory.Delete(Path.Combine(shared.Root, "overlay-images", id), recursive: true);
        }

        return container;
    }

    private StoredContainer Filled(string name, string content) => Filled(name, content, image);

    private StoredContainer Filled(string name, string content, StoredImage? image)
    {
        var container = store.CreateContainer(new NewContainer { Names = [name], ImageId = image?.Id ?? "" });
        var file = Path.Combine(store.Mount(container.Id), "file");
        File.WriteAllText(file, content);
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        store.Unmount(container.Id);
        return container;
    }

    private string Read(string containerId, string file)
    {
        var root = store.Mount(containerId);
        try
        {
            return File.ReadAllText(Path.Combine(root, file));
        }
        finally
        {
            store.Unmount(containerId);
        }
    }
}
