using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

// Looking at images and their data.
public sealed partial class Store
{
    /// <summary>All images, those of additional stores last; an image of the own store hides one with its id elsewhere.</summary>
    public IReadOnlyList<StoredImage> Images() => ImageSet().Items;

    /// <summary>Finds an image by what a user may type: full id, <c>sha256:</c> and id, exact name, name without registry or tag, name
    /// with manifest digest, or at least three digits that only one id begins with. Null when there is none.</summary>
    public StoredImage? FindImage(string idOrName)
    {
        var found = ImageLookup.Find(ImageSet(), idOrName);
        if (found?.Id != idOrName)
        {
            Options.Debug?.Report(found is null
                ? $"no image \"{idOrName}\""
                : $"image \"{idOrName}\" is {found.Id}{(found.Names.Count > 0 ? $" ({string.Join(", ", found.Names)})" : "")}{(found.IsReadOnly ? $" of {found.StoreRoot}" : "")}");
        }

        return found;
    }

    /// <summary>Every image that has a manifest with the digest.</summary>
    public IReadOnlyList<StoredImage> ImagesByDigest(Digest digest) => [.. Images().Where(image => image.HasManifest(digest))];

    /// <summary>Content of an image's data file: <c>manifest</c>, <c>sha256:…</c> (the config), <c>manifest-sha256:…</c>.</summary>
    /// <exception cref="BuildSharpException">The image or the data is not there.</exception>
    public byte[] ReadImageData(string imageId, string key)
    {
        var record = ImageSet().ById(imageId) ?? throw Vanished(imageId);
        if (TryReadImageData(imageId, key) is { } data && Damage(record, key, data) is null)
        {
            return data;
        }

        // Somebody may be replacing it. Under the lock record and file belong together.
        using var held = record.IsReadOnly ? null : _images.Lock.Read();
        return ReadSound(held is null ? record : _images.Current(held).ById(imageId) ?? record, key);
    }

    private byte[] ReadSound(StoredImage image, string key)
    {
        var data = TryReadImageData(image.Id, key) ?? throw new BuildSharpException($"image {image.Id}: the store has no data \"{key}\" for it");
        if (Damage(image, key, data) is { } damage)
        {
            throw new BuildSharpException(
                $"{Path.Combine(image.StoreRoot, $"{_driver.Name}-images", image.Id, BigDataName.FileName(key))} is damaged ({damage}); remove the image and build or pull it again");
        }

        return data;
    }

    /// <summary>How the data differs from what the record says of it; null when it does not.</summary>
    private static string? Damage(StoredImage image, string key, byte[] data)
    {
        if (image.BigDataSizes.TryGetValue(key, out var size) && size != data.Length)
        {
            return $"{data.Length} bytes, its record says {size}";
        }

        // A signed manifest of schema 1 is known by the digest of what was signed, which is not all of its bytes.
        return image.BigDataDigests.TryGetValue(key, out var text) && Digest.TryParse(text, out var digest) && digest.Algorithm == "sha256"
            && digest != Digest.Sha256(data) && data.AsSpan().IndexOf("\"signatures\""u8) < 0
            ? $"{Digest.Sha256(data)}, its record says {digest}"
            : null;
    }

    /// <inheritdoc cref="ReadImageData"/>
    /// <returns>Null when it is not there.</returns>
    public byte[]? TryReadImageData(string imageId, string key)
    {
        foreach (var root in Options.AdditionalImageStores.Prepend(Options.GraphRoot))
        {
            var path = Path.Combine(root, $"{_driver.Name}-images", imageId, BigDataName.FileName(key));
            try
            {
                if (FileDescriptor.TryReadAll(path) is { } content)
                {
                    return content;
                }
            }
            catch (LinuxException e)
            {
                throw StoreErrors.Describe(e, "read", path);
            }
        }

        return null;
    }

    /// <summary>Sum of the layers' sizes and the data, as <c>images</c> shows it.</summary>
    public long ImageSize(StoredImage image) => ImageSizes([image])[0];

    /// <summary><see cref="ImageSize"/> of many images, for which the layers are read once.</summary>
    public IReadOnlyList<long> ImageSizes(IReadOnlyList<StoredImage> of)
    {
        var set = LayerSet();
        return [.. of.Select(image =>
        {
            var size = image.BigDataSizes.Values.Sum();
            // In a damaged list a layer may lie below itself.
            var left = set.Items.Count;
            for (var layer = image.TopLayer; layer is not null && left-- > 0 && set.ById(layer) is { } record; layer = record.Parent)
            {
                size += Math.Max(record.DiffSize, 0);
            }

            return size;
        })];
    }

    private RecordSet<StoredImage> ImageSet()
    {
        var own = _images.ReadOnce();
        return _readOnlyImages.Count == 0 ? own : Join(own, _readOnlyImages.Select(table => table.ReadOnce()));
    }

    private static RecordSet<T> Join<T>(RecordSet<T> own, IEnumerable<RecordSet<T>> others)
        where T : StoredRecord
    {
        var all = new List<T>(own.Items);
        var known = own.Items.Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var other in others)
        {
            all.AddRange(other.Items.Where(record => known.Add(record.Id)));
        }

        return new RecordSet<T>(all);
    }

    // An id comes from a record that was there a moment ago.
    private static BuildSharpException Vanished(string imageId) =>
        new($"{imageId}: image not known: another command has removed it meanwhile; repeat this one");
}
