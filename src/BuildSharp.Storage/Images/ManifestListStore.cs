using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Images;

/// <summary>The manifest lists of a store. Each is an image without layers that refers to other images by digest.</summary>
public sealed class ManifestListStore
{
    private readonly StorePlace _place;
    private readonly ImageStore _images;

    /// <param name="place">Options, driver and directories.</param>
    /// <param name="images">The images of the store, including the lists.</param>
    internal ManifestListStore(StorePlace place, ImageStore images)
    {
        _place = place;
        _images = images;
    }

    /// <summary>Whether the image is a manifest list.</summary>
    /// <exception cref="BuildSharpException">Its manifest is not a JSON object.</exception>
    public bool IsList(StoredImage image) =>
        // Only an image without layers can be a list; for all others the manifest need not be read.
        image.TopLayer is null && _images.TryReadData(image.Id, ManifestList.ManifestKey) is { } bytes && MediaType.IsIndex(ManifestBlob.GuessMediaType(bytes));

    /// <summary>The bytes of a list.</summary>
    /// <remarks>The files of a list are replaced one by one, so they are not compared with the digests in the record: a reader may see the
    /// new file before the new record.</remarks>
    /// <exception cref="BuildSharpException">The image is not a list, or has no manifest.</exception>
    public byte[] Read(StoredImage image)
    {
        var bytes = _images.TryReadData(image.Id, ManifestList.ManifestKey) ?? throw ImageData.Missing(image, ManifestList.ManifestKey);
        var type = ManifestBlob.GuessMediaType(bytes);
        return MediaType.IsIndex(type) ? bytes : throw new BuildSharpException($"manifest is of type {type} (not a list type)");
    }

    /// <summary>Location of the images of a list when they were added: digest of the entry to <c>transport:details</c>.</summary>
    /// <exception cref="BuildSharpException">The file is damaged.</exception>
    public IReadOnlyDictionary<string, string> ReadPlaces(StoredImage list) =>
        _images.TryReadData(list.Id, ManifestList.InstancesKey) is { } places ? ManifestList.ParseInstances(places) : new Dictionary<string, string>();

    /// <summary>Creates a manifest list.</summary>
    /// <param name="name">Full reference of the list.</param>
    /// <param name="list">Content of the list.</param>
    /// <param name="replaces">Whether to remove the name from an image that has it.</param>
    /// <exception cref="BuildSharpException">Another image has the name.</exception>
    public StoredImage Create(string name, ManifestList list, bool replaces)
    {
        _place.MakeAll();
        using var images = _images.Write();
        if (!replaces && images.Set.ByName(name) is { } owner)
        {
            throw new BuildSharpException(
                $"creating image to hold manifest list: image name \"{name}\" is already associated with image \"{owner.Id}\": that name is already in use; --amend adds to it, --replace makes a new one");
        }

        var id = StoreDirectories.NewId();
        return images.Add(new NewImage { Id = id, Names = [name], Data = list.ToData(id) });
    }

    /// <summary>Changes a manifest list under the images lock.</summary>
    /// <exception cref="BuildSharpException">The list does not exist, or <paramref name="change"/> throws.</exception>
    public StoredImage Change(string imageId, Func<ManifestList, ManifestList> change) => _images.Change(imageId, (images, set, record) =>
    {
        var before = ManifestList.Parse(Read(record), _images.TryReadData(record.Id, ManifestList.InstancesKey));
        var after = change(before);
        var data = after.ToData(imageId);

        // Order for the case of a kill in between: a location without an entry is harmless, but an entry without location cannot be pushed.
        return images.Rewrite(set, record, data, inOrder: before.Instances.Keys.All(after.Instances.ContainsKey) ? [.. data.Reverse()] : data);
    });

    /// <summary>Resolves an image to the one whose content is used: for a manifest list the image for the platform, otherwise the image
    /// itself.</summary>
    /// <param name="image">The image that was named.</param>
    /// <param name="platform">Platform to choose.</param>
    /// <exception cref="BuildSharpException">The list has no image for the platform, or that image is not in the store.</exception>
    public StoredImage ForPlatform(StoredImage image, Platform platform)
    {
        if (!IsList(image))
        {
            return image;
        }

        var name = image.Names is [var first, ..] ? first : image.Id;
        Descriptor chosen;
        try
        {
            chosen = ImageIndex.Parse(Read(image)).Choose(platform);
        }
        catch (BuildSharpException e)
        {
            throw new BuildSharpException($"{name}: {e.Message}", e);
        }

        return _images.ByDigest(chosen.Digest).FirstOrDefault(other => other.Id != image.Id) ?? throw new BuildSharpException(
            $"{name}: its image for platform {platform} ({chosen.Digest}) is not in {_place.Options.GraphRoot}; pull or build that image first");
    }
}
