using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Containers;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>Removes names and images by the rules of <c>rmi</c> (buildah-rmi(1)).</summary>
internal sealed class ImageDeletion(Store store, bool force)
{
    /// <summary>Removed names, in order.</summary>
    public List<string> Untagged { get; } = [];

    /// <summary>IDs of removed images, including parents.</summary>
    public List<string> Removed { get; } = [];

    /// <summary>Removes one name, and the image when that was its last one. An ID stands for all names of the image.</summary>
    /// <exception cref="BuildSharpException">The image is unknown or in use, or an ID was given and it has several names.</exception>
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

            // Other processes may change the names meanwhile; the store decides under its lock whether this is the last one.
            Note(store.Images.RemoveOrName(image.Id, name));
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
        foreach (var image in store.Images.All())
        {
            // Removing an earlier image may have removed this one as its parent.
            if (!Removed.Contains(image.Id))
            {
                errors.Try(() => RemoveWhole(image), () => store.Images.Find(image.Id) is null);
            }
        }
    }

    /// <summary>Removes images that have neither a name nor a child.</summary>
    public void RemoveDangling(BundledErrors errors)
    {
        var catalog = new ImageCatalog(store);
        foreach (var image in catalog.Images.Where(image => catalog.IsDangling(image) && !catalog.HasContainers(image)))
        {
            if (!Removed.Contains(image.Id))
            {
                errors.Try(() => Note(store.Images.RemoveUnnamed(image.Id)));
            }
        }
    }

    /// <summary>Removes every image that no container uses, or with force every image and its containers.</summary>
    public void RemoveUnused(BundledErrors errors)
    {
        foreach (var image in store.Images.All().Where(image => force || store.Containers.OfImage(image.Id).Count == 0))
        {
            if (!Removed.Contains(image.Id))
            {
                errors.Try(() => RemoveWhole(image), () => store.Images.Find(image.Id) is not { } rest || store.Containers.OfImage(rest.Id).Count > 0);
            }
        }
    }

    /// <summary>Prints what was removed: names first, then images.</summary>
    public void Print(TextWriter output)
    {
        foreach (var name in Untagged)
        {
            output.WriteLine($"untagged: {name}");
        }

        foreach (var id in Removed)
        {
            output.WriteLine(id);
        }
    }

    private void RemoveWhole(StoredImage image)
    {
        RemoveContainers(image);
        Note(store.Images.Remove(image.Id));
    }

    private void Note(ImageRemoval? removal)
    {
        Untagged.AddRange(removal?.Untagged ?? []);
        Removed.AddRange(removal?.Images ?? []);
    }

    // Without force the store refuses an image in use, with the message that scripts match.
    private void RemoveContainers(StoredImage image)
    {
        foreach (var container in force ? store.Containers.OfImage(image.Id) : [])
        {
            if (WorkingContainer.TryOpen(store, container.Id) is { } builder)
            {
                builder.Remove();
            }
            else
            {
                store.Containers.Remove(container.Id);
            }
        }
    }
}
