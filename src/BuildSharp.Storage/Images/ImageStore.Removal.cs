using BuildSharp.Oci;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Images;

// Removes images, with the layers and intermediate images that only they needed.
public sealed partial class ImageStore
{
    /// <summary>Removes an image with all its names and the layers that nothing else needs. Then removes each parent image that has no
    /// name, no other child and no container.</summary>
    /// <param name="id">Full id of the image.</param>
    /// <param name="keepParents">Keeps parent images without names.</param>
    /// <exception cref="BuildSharpException">A container uses the image, or the image is in an additional store.</exception>
    public ImageRemoval Remove(string id, bool keepParents = false) =>
        RemoveWithParents(id, keepParents, image => true) ?? throw NotHere(id);

    /// <summary>Removes an image as <see cref="Remove"/> does, if it has no name once the locks are held.</summary>
    /// <param name="id">Full id of the image.</param>
    /// <param name="keepParents">As in <see cref="Remove"/>.</param>
    /// <returns>Null when another process named or removed it.</returns>
    /// <exception cref="ImageInUseException">A container uses the image.</exception>
    public ImageRemoval? RemoveUnnamed(string id, bool keepParents = false) => RemoveWithParents(id, keepParents, image => image.Names.Count == 0);

    /// <summary>Removes a name from an image, and the image as <see cref="Remove"/> does if that was its last name. A name that another
    /// process adds at the same time keeps the image.</summary>
    /// <exception cref="BuildSharpException">It was the last name and a container uses the image.</exception>
    public ImageRemoval RemoveOrName(string id, string name)
    {
        while (true)
        {
            if (RemoveWithParents(id, keepParents: false, image => image.Names.All(other => other == name)) is { } removal)
            {
                return removal;
            }

            if (_records.Own.ReadOnce().ById(id) is null)
            {
                throw NotHere(id);
            }

            if (RemoveName(id, name).Names.Count > 0)
            {
                return new ImageRemoval([name], [], []);
            }
        }
    }

    /// <returns>Null when the image no longer exists, or does not meet the condition once the locks are held.</returns>
    private ImageRemoval? RemoveWithParents(string id, bool keepParents, Func<StoredImage, bool> condition)
    {
        // The tree reads configs lazily, so query it before the image is removed.
        var tree = keepParents ? null : ReadTree();
        var parents = new List<StoredImage>();
        for (var parent = tree?.ParentOf(id); parent is not null; parent = tree!.ParentOf(parent.Id))
        {
            parents.Add(parent);
        }

        var removedImages = new List<string>();
        var removedLayers = new List<string>();
        var record = RemoveOne(id, removedLayers, (image, _, _) => condition(image));
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

    /// <summary>Removes a parent image unless it has a name, a child or a container, including any added since the tree was read.</summary>
    private bool RemoveUnneededParent(string id, List<string> removedLayers)
    {
        try
        {
            return RemoveOne(id, removedLayers, (image, images, layers) =>
                image.Names.Count == 0 && new ImageTree(images.Items, layers, TryReadData).ChildrenOf(id).Count == 0) is not null;
        }
        catch (ImageInUseException)
        {
            return false;
        }
    }

    /// <returns>Null when the image no longer exists, or does not meet the condition once the locks are held.</returns>
    private StoredImage? RemoveOne(
        string id, List<string> removedLayers, Func<StoredImage, RecordSet<StoredImage>, RecordSet<StoredLayer>, bool> condition)
    {
        StagingDirectory? staging = null;
        try
        {
            using var layers = _layers.Write();
            using var images = Write();
            using var containersHeld = _containers.Lock.Read();
            var containers = _containers.Current(containersHeld);
            if (images.Set.ById(id) is not { } record || !condition(record, images.Set, layers.Set))
            {
                return null;
            }

            if (containers.Items.Where(container => container.ImageId == id).ToList() is { Count: > 0 } users)
            {
                throw new ImageInUseException(id, users);
            }

            var others = images.Set.Without(id);
            var doomed = new LayerUsers(others, containers).UnneededOf(record, layers.Set);
            staging = doomed.Select(layers.StagingFor).FirstOrDefault(place => place is not null);
            if (staging is not null)
            {
                new InterruptedRemoval(id, [.. doomed.Select(layer => layer.Id)]).Note(staging);
            }

            images.Save(others);
            _data.Remove(id);
            foreach (var layer in doomed)
            {
                layers.UnmountAll(layer.Id);
                layers.Remove(layer, staging);
                removedLayers.Add(layer.Id);
            }

            return record;
        }
        finally
        {
            staging?.Dispose();
        }
    }

    private BuildSharpException NotHere(string id) => new(_records.Others.Count > 0
        ? $"{id}: image is not in {_place.Options.GraphRoot} and cannot be removed from an additional store"
        : $"{id}: image not known");
}
