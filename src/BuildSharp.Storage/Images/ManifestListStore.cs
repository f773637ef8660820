using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>The manifest lists of a store: images of their own there, without layers, that name others by digest.</summary>
public sealed class ManifestListStore
{
    private readonly StorePlace _place;
    private readonly ImageStore _images;

    /// <param name="place">Options, driver and directories.</param>
    /// <param name="images">The images, which the lists are among.</param>
    internal ManifestListStore(StorePlace place, ImageStore images)
    {
        _place = place;
        _images = images;
    }

    /// <summary>Whether an image's record is one of a manifest list.</summary>
    /// <exception cref="BuildSharpException">Its manifest is no JSON object.</exception>
    public bool IsList(StoredImage image) =>
        // Only what has no layers can be a list, so that nobody else pays for the look.
        image.TopLayer is null && _images.TryReadData(image.Id, ManifestList.ManifestKey) is { } bytes && MediaType.IsIndex(ManifestBlob.GuessMediaType(bytes));

    /// <summary>The bytes of a list.</summary>
    /// <remarks>Unlike an image's its files change, each as a whole. They are not held against the digests in the record: a reader may see
    /// the new file before the new record.</remarks>
    /// <exception cref="BuildSharpException">It is an image, or has no manifest.</exception>
    public byte[] Read(StoredImage image)
    {
        var bytes = _images.TryReadData(image.Id, ManifestList.ManifestKey) ?? throw ImageData.Missing(image, ManifestList.ManifestKey);
        var type = ManifestBlob.GuessMediaType(bytes);
        return MediaType.IsIndex(type) ? bytes : throw new BuildSharpException($"manifest is of type {type} (not a list type)");
    }

    /// <summary>Where the images of a list were when they were added: digest of the entry to <c>transport:details</c>.</summary>
    /// <exception cref="BuildSharpException">What the store has of it is damaged.</exception>
    public IReadOnlyDictionary<string, string> ReadPlaces(StoredImage list) =>
        _images.TryReadData(list.Id, ManifestList.InstancesKey) is { } places ? ManifestList.ParseInstances(places) : new Dictionary<string, string>();

    /// <summary>Makes a manifest list.</summary>
    /// <param name="name">Its full reference.</param>
    /// <param name="list">What it says.</param>
    /// <param name="replaces">Whether the name is taken from an image that has it.</param>
    /// <exception cref="BuildSharpException">The name is taken.</exception>
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

    /// <summary>Changes a manifest list while nobody else can.</summary>
    /// <exception cref="BuildSharpException">There is no such list, or <paramref name="change"/> refuses.</exception>
    public StoredImage Change(string imageId, Func<ManifestList, ManifestList> change) => _images.Change(imageId, (images, set, record) =>
    {
        var before = ManifestList.Parse(Read(record), _images.TryReadData(record.Id, ManifestList.InstancesKey));
        var after = change(before);
        var data = after.ToData(imageId);

        // A place without an entry does no harm to whom finds it after a kill; an entry without its place cannot be pushed.
        return images.Rewrite(set, record, data, inOrder: before.Instances.Keys.All(after.Instances.ContainsKey) ? [.. data.Reverse()] : data);
    });

    /// <summary>What someone means who names an image to use its content: of a manifest list the image for a platform, any other itself.</summary>
    /// <param name="image">The image that has the name.</param>
    /// <param name="platform">What it is to run on.</param>
    /// <exception cref="BuildSharpException">The list has none for the platform, or its image is not in the store.</exception>
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
