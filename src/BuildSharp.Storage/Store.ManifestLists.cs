using BuildSharp.Oci;

namespace BuildSharp.Storage;

// Manifest lists: images of their own in the store, without layers, that name others by digest.
public sealed partial class Store
{
    /// <summary>Whether an image's record is one of a manifest list.</summary>
    /// <exception cref="BuildSharpException">Its manifest is no JSON object.</exception>
    public bool IsManifestList(StoredImage image) =>
        // Only what has no layers can be a list, so that nobody else pays for the look.
        image.TopLayer is null && TryReadImageData(image.Id, ManifestList.ManifestKey) is { } bytes && MediaType.IsIndex(ManifestBlob.GuessMediaType(bytes));

    /// <summary>The bytes of a list.</summary>
    /// <remarks>Unlike an image's its files change, each as a whole. They are not held against the digests in the record: a reader may see
    /// the new file before the new record.</remarks>
    /// <exception cref="BuildSharpException">It is an image, or has no manifest.</exception>
    public byte[] ReadManifestList(StoredImage image)
    {
        var bytes = TryReadImageData(image.Id, ManifestList.ManifestKey)
            ?? throw new BuildSharpException($"image {image.Id}: the store has no data \"{ManifestList.ManifestKey}\" for it");
        var type = ManifestBlob.GuessMediaType(bytes);
        return MediaType.IsIndex(type) ? bytes : throw new BuildSharpException($"manifest is of type {type} (not a list type)");
    }

    /// <summary>Where the images of a list were when they were added: digest of the entry to <c>transport:details</c>.</summary>
    /// <exception cref="BuildSharpException">What the store has of it is damaged.</exception>
    public IReadOnlyDictionary<string, string> ReadManifestListPlaces(StoredImage list) =>
        TryReadImageData(list.Id, ManifestList.InstancesKey) is { } places ? ManifestList.ParseInstances(places) : new Dictionary<string, string>();

    /// <summary>Makes a manifest list.</summary>
    /// <param name="name">Its full reference.</param>
    /// <param name="list">What it says.</param>
    /// <param name="replaces">Whether the name is taken from an image that has it.</param>
    /// <exception cref="BuildSharpException">The name is taken.</exception>
    public StoredImage CreateManifestList(string name, ManifestList list, bool replaces)
    {
        MakeAll();
        using var held = _images.Lock.Write();
        if (!replaces && _images.Current(held).ByName(name) is { } owner)
        {
            throw new BuildSharpException(
                $"creating image to hold manifest list: image name \"{name}\" is already associated with image \"{owner.Id}\": that name is already in use; --amend adds to it, --replace makes a new one");
        }

        var id = StoreDirectories.NewId();
        return SaveImage(held, new NewImage { Id = id, Names = [name], Data = list.ToData(id) });
    }

    /// <summary>Changes a manifest list while nobody else can.</summary>
    /// <exception cref="BuildSharpException">There is no such list, or <paramref name="change"/> refuses.</exception>
    public StoredImage ChangeManifestList(string imageId, Func<ManifestList, ManifestList> change) => ChangeImage(imageId, (held, set, record) =>
    {
        var before = ManifestList.Parse(ReadManifestList(record), TryReadImageData(record.Id, ManifestList.InstancesKey));
        var after = change(before);
        var data = after.ToData(imageId);

        // A place without an entry does no harm to whom finds it after a kill; an entry without its place cannot be pushed.
        var inOrder = before.Instances.Keys.All(after.Instances.ContainsKey) ? [.. data.Reverse()] : data;
        set = StopDescribing(held, set, record, data);
        WriteImageData(imageId, inOrder, isNew: false);
        return set.With(WithData(record, data));
    });

    /// <summary>What someone means who names an image to use its content: of a manifest list the image for a platform, any other itself.</summary>
    /// <param name="image">The image that has the name.</param>
    /// <param name="platform">What it is to run on.</param>
    /// <exception cref="BuildSharpException">The list has none for the platform, or its image is not in the store.</exception>
    public StoredImage ForPlatform(StoredImage image, Platform platform)
    {
        if (!IsManifestList(image))
        {
            return image;
        }

        var name = image.Names is [var first, ..] ? first : image.Id;
        Descriptor chosen;
        try
        {
            chosen = ImageIndex.Parse(ReadManifestList(image)).Choose(platform);
        }
        catch (BuildSharpException e)
        {
            throw new BuildSharpException($"{name}: {e.Message}", e);
        }

        return ImagesByDigest(chosen.Digest).FirstOrDefault(other => other.Id != image.Id) ?? throw new BuildSharpException(
            $"{name}: its image for platform {platform} ({chosen.Digest}) is not in {Options.GraphRoot}; pull or build that image first");
    }
}
