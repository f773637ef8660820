using BuildSharp.Oci;

namespace BuildSharp.Storage;

// Removing images with the layers and intermediate images that only they needed.
public sealed partial class Store
{
    /// <summary>Removes an image with all its names, the layers that nothing else needs, and then each parent image that has no name,
    /// no other child and no container.</summary>
    /// <param name="id">Full id of the image.</param>
    /// <param name="keepParents">Leave parents without names alone.</param>
    /// <exception cref="BuildSharpException">A container uses it, or it lies in an additional store.</exception>
    public ImageRemoval RemoveImage(string id, bool keepParents = false) =>
        RemoveWithParents(id, keepParents, onlyName: null) ?? throw NotHere(id);

    /// <summary>Removes an image as <see cref="RemoveImage"/> does, if it still has no name when the locks are held.</summary>
    /// <returns>Null when someone named or removed it.</returns>
    /// <exception cref="ImageInUseException">A container uses it.</exception>
    public ImageRemoval? RemoveUnnamedImage(string id) => RemoveWithParents(id, keepParents: false, onlyName: "");

    /// <summary>Takes a name from an image, and removes the image as <see cref="RemoveImage"/> does if that was its last one. Whoever gives
    /// it another name at the same moment keeps it.</summary>
    /// <exception cref="BuildSharpException">It was the last name and a container uses the image.</exception>
    public ImageRemoval RemoveImageOrName(string id, string name)
    {
        while (true)
        {
            if (RemoveWithParents(id, keepParents: false, name) is { } removal)
            {
                return removal;
            }

            if (_images.ReadOnce().ById(id) is null)
            {
                throw NotHere(id);
            }

            if (RemoveImageName(id, name).Names.Count > 0)
            {
                return new ImageRemoval([name], [], []);
            }
        }
    }

    private ImageRemoval? RemoveWithParents(string id, bool keepParents, string? onlyName)
    {
        // The tree reads configs when it is asked, so it is asked before what it is asked about goes.
        var tree = keepParents ? null : ReadImageTree();
        var parents = new List<StoredImage>();
        for (var parent = tree?.ParentOf(id); parent is not null; parent = tree!.ParentOf(parent.Id))
        {
            parents.Add(parent);
        }

        var removedImages = new List<string>();
        var removedLayers = new List<string>();
        var record = RemoveOneImage(id, removedLayers, (image, _, _) => onlyName is null || image.Names.All(name => name == onlyName));
        if (record is null)
        {
            return null;
        }

        removedImages.Add(id);
        foreach (var parent in parents)
        {
            if (parent.IsReadOnly || !RemoveUnneededParent(parent.Id, removedLayers))
            {
                break;
            }

            removedImages.Add(parent.Id);
        }

        return new ImageRemoval(record.Names, removedImages, removedLayers);
    }

    /// <summary>Removes a parent unless someone named it, built on it or made a container of it, also since the tree was read.</summary>
    private bool RemoveUnneededParent(string id, List<string> removedLayers)
    {
        try
        {
            return RemoveOneImage(id, removedLayers, (image, imageSet, layerSet) =>
                image.Names.Count == 0 && new ImageTree(imageSet.Items, layerSet, TryReadImageData).ChildrenOf(id).Count == 0) is not null;
        }
        catch (ImageInUseException)
        {
            return false;
        }
    }

    /// <summary>The containers made from an image.</summary>
    public IReadOnlyList<StoredContainer> ContainersOf(string imageId) => [.. Containers().Where(container => container.ImageId == imageId)];

    /// <summary>Which image was built from which, as far as configs and layers tell.</summary>
    public ImageTree ReadImageTree() => new(Images(), LayerSet(), TryReadImageData);

    /// <returns>Null when it is gone already or the condition, asked under the locks, is not met.</returns>
    private StoredImage? RemoveOneImage(
        string id, List<string> removedLayers, Func<StoredImage, RecordSet<StoredImage>, RecordSet<StoredLayer>, bool> condition)
    {
        StagingDirectory? staging = null;
        try
        {
            using var layersHeld = WriteLayers(out var layerSet);
            using var imagesHeld = _images.Lock.Write();
            var imageSet = _images.Current(imagesHeld);
            using var containersHeld = _containers.Lock.Read();
            var containerSet = _containers.Current(containersHeld);
            if (imageSet.ById(id) is not { } record || !condition(record, imageSet, layerSet))
            {
                return null;
            }

            if (containerSet.Items.FirstOrDefault(container => container.ImageId == id) is { } user)
            {
                throw new ImageInUseException(id, user.Id);
            }

            imageSet = imageSet.Without(id);
            var doomed = OnlyNeededBy(record, layerSet, imageSet, containerSet);
            staging = doomed.Select(StagingFor).FirstOrDefault(place => place is not null);
            if (staging is not null)
            {
                new InterruptedRemoval(id, [.. doomed.Select(layer => layer.Id)]).Note(staging);
            }

            _images.Save(imagesHeld, imageSet);
            RemoveTree(Path.Combine(_directories.Images, id));
            foreach (var layer in doomed)
            {
                UnmountAll(layer.Id);
                layerSet = RemoveLayer(layersHeld, layerSet, layer, staging);
                removedLayers.Add(layer.Id);
            }

            return record;
        }
        finally
        {
            staging?.Dispose();
        }
    }

    /// <summary>The layers that nothing needs without the image, topmost first.</summary>
    private static List<StoredLayer> OnlyNeededBy(
        StoredImage image, RecordSet<StoredLayer> layerSet, RecordSet<StoredImage> otherImages, RecordSet<StoredContainer> containerSet)
    {
        var doomed = new List<StoredLayer>();
        foreach (var top in image.MappedLayers.Append(image.TopLayer).OfType<string>())
        {
            for (var layer = layerSet.ById(top); layer is not null && IsUnneeded(layer, layerSet, otherImages, containerSet);)
            {
                doomed.Add(layer);
                layerSet = layerSet.Without(layer.Id);
                layer = layer.Parent is null ? null : layerSet.ById(layer.Parent);
            }
        }

        return doomed;
    }

    /// <summary>Removes what a killed process had still to remove. It may as well have lived a moment longer: whatever was put on the
    /// layers since then keeps them.</summary>
    private RecordSet<StoredLayer> Finish(
        InterruptedRemoval removal, StoreLock.Holding layersHeld, RecordSet<StoredLayer> layerSet, RecordSet<StoredImage> imageSet, RecordSet<StoredContainer> containerSet)
    {
        if (imageSet.ById(removal.ImageId) is not null)
        {
            return layerSet;
        }

        foreach (var layer in removal.Layers.Select(layerSet.ById).OfType<StoredLayer>())
        {
            if (!IsUnneeded(layer, layerSet, imageSet, containerSet))
            {
                break;
            }

            UnmountAll(layer.Id);
            layerSet = RemoveLayerFiles(layersHeld, layerSet, layer);
        }

        return layerSet;
    }

    private BuildSharpException NotHere(string id) => new(
        _readOnlyImages.Count > 0 ? $"{id}: image is not in {Options.GraphRoot} and cannot be removed from an additional store" : $"{id}: image not known");

    private static bool IsUnneeded(
        StoredLayer layer, RecordSet<StoredLayer> layerSet, RecordSet<StoredImage> imageSet, RecordSet<StoredContainer> containerSet) =>
        !IsUsed(layer.Id, layerSet, imageSet) && containerSet.Items.All(container => container.LayerId != layer.Id);
}
