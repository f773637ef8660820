using BuildSharp.Containers;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands;

/// <summary>Takes names from images and removes images, by the rules of <c>rmi</c>.</summary>
internal sealed class ImageDeletion(Store store, bool force)
{
    /// <summary>Names taken away, in order.</summary>
    public List<string> Untagged { get; } = [];

    /// <summary>IDs of images that are gone, parents included.</summary>
    public List<string> Removed { get; } = [];

    /// <summary>Takes one name away, and the image with its last one; an ID stands for all its names.</summary>
    /// <exception cref="BuildSharpException">There is no such image, it is in use, or it has several names.</exception>
    public void Remove(string text)
    {
        var image = store.RequireImage(text);
        var name = ImageName.Matching(image.Names, ImageName.TryStripStore(text, store) ?? text);
        if (name is not null)
        {
            if (image.Names.Count == 1)
            {
                RemoveContainers(image);
            }

            // Names come and go while we look; the store decides under its locks whether this is the last one.
            Note(store.RemoveImageOrName(image.Id, name));
            return;
        }

        if (image.Names.Count > 1 && !force)
        {
            throw new BuildSharpException(
                $"unable to delete image {GoQuoting.Quote(image.Id)} by ID with more than one tag ([{string.Join(' ', image.Names)}]): please force removal");
        }

        RemoveWhole(image);
    }

    /// <summary>Removes every image.</summary>
    public void RemoveAll(BundledErrors errors)
    {
        foreach (var image in store.Images())
        {
            // An earlier removal may have taken this one along as a parent.
            if (!Removed.Contains(image.Id))
            {
                errors.Try(() => RemoveWhole(image), () => store.FindImage(image.Id) is null);
            }
        }
    }

    /// <summary>Removes images without a name that nothing stands on.</summary>
    public void RemoveDangling(BundledErrors errors)
    {
        var catalog = new ImageCatalog(store);
        foreach (var image in catalog.Images.Where(image => catalog.IsDangling(image) && !catalog.HasContainers(image)))
        {
            if (!Removed.Contains(image.Id))
            {
                errors.Try(() => Note(store.RemoveUnnamedImage(image.Id)));
            }
        }
    }

    private void RemoveWhole(StoredImage image)
    {
        RemoveContainers(image);
        Note(store.RemoveImage(image.Id));
    }

    private void Note(ImageRemoval? removal)
    {
        Untagged.AddRange(removal?.Untagged ?? []);
        Removed.AddRange(removal?.Images ?? []);
    }

    // Without force the store refuses an image in use, in the words scripts match.
    private void RemoveContainers(StoredImage image)
    {
        foreach (var container in force ? store.ContainersOf(image.Id) : [])
        {
            if (WorkingContainer.TryOpen(store, container.Id) is { } builder)
            {
                builder.Remove();
            }
            else
            {
                store.RemoveContainer(container.Id);
            }
        }
    }
}
