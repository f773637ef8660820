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
    public ImageRemoval RemoveImage(string id, bool keepParents = false)
    {
        var tree = keepParents ? null : ReadImageTree();
        var removedImages = new List<string>();
        var removedLayers = new List<string>();
        var record = RemoveOneImage(id, removedLayers);
        removedImages.Add(id);
        for (var parent = tree?.ParentOf(id); parent is not null; parent = tree!.ParentOf(parent.Id))
        {
            if (parent.IsReadOnly || parent.Names.Count > 0 || tree!.ChildrenOf(parent.Id).Any(child => !removedImages.Contains(child.Id))
                || ContainersOf(parent.Id).Count > 0)
            {
                break;
            }

            RemoveOneImage(parent.Id, removedLayers);
            removedImages.Add(parent.Id);
        }

        return new ImageRemoval(record.Names, removedImages, removedLayers);
    }

    /// <summary>The containers made from an image.</summary>
    public IReadOnlyList<StoredContainer> ContainersOf(string imageId) => [.. Containers().Where(container => container.ImageId == imageId)];

    /// <summary>Which image was built from which, as far as configs and layers tell.</summary>
    public ImageTree ReadImageTree() => new(Images(), LayerSet(), TryReadImageData);

    private StoredImage RemoveOneImage(string id, List<string> removedLayers)
    {
        StagingDirectory? staging = null;
        try
        {
            using var layersHeld = WriteLayers(out var layerSet);
            using var imagesHeld = images.Lock.Write();
            var imageSet = images.Current(imagesHeld);
            using var containersHeld = containers.Lock.Read();
            var containerSet = containers.Current(containersHeld);
            var record = imageSet.ById(id) ?? throw new BuildSharpException(
                readOnlyImages.Count > 0 ? $"{id}: image is not in {Options.GraphRoot} and cannot be removed from an additional store" : $"{id}: image not known");
            if (containerSet.Items.FirstOrDefault(container => container.ImageId == id) is { } user)
            {
                throw new ImageInUseException(id, user.Id);
            }

            imageSet = imageSet.Without(id);
            images.Save(imagesHeld, imageSet);
            RemoveTree(Path.Combine(directories.Images, id));
            foreach (var top in record.MappedLayers.Append(record.TopLayer).OfType<string>())
            {
                for (var layer = layerSet.ById(top); layer is not null && IsUnneeded(layer, layerSet, imageSet, containerSet);)
                {
                    var parent = layer.Parent;
                    staging ??= StagingDirectory.Create(directories.Staging);
                    UnmountAll(layer.Id);
                    layerSet = RemoveLayer(layersHeld, layerSet, layer, staging);
                    removedLayers.Add(layer.Id);
                    layer = parent is null ? null : layerSet.ById(parent);
                }
            }

            return record;
        }
        finally
        {
            staging?.Dispose();
        }
    }

    private static bool IsUnneeded(
        StoredLayer layer, RecordSet<StoredLayer> layerSet, RecordSet<StoredImage> imageSet, RecordSet<StoredContainer> containerSet) =>
        !IsUsed(layer.Id, layerSet, imageSet) && containerSet.Items.All(container => container.LayerId != layer.Id);
}
