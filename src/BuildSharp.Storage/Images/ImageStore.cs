using BuildSharp.Oci;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Images;

/// <summary>The images of a store and their data files: finds, creates, names and removes them.</summary>
public sealed partial class ImageStore
{
    private readonly StorePlace _place;
    private readonly StoreRecords<StoredImage> _records;
    private readonly LayerStore _layers;
    private readonly RecordTable<StoredContainer> _containers;
    private readonly ImageData _data;

    /// <param name="place">Options, driver and directories.</param>
    /// <param name="records">The images.</param>
    /// <param name="layers">The images' layers; a layer is removed with the last image that needs it.</param>
    /// <param name="containers">Read before an image is removed, because an image with containers is kept.</param>
    internal ImageStore(StorePlace place, StoreRecords<StoredImage> records, LayerStore layers, RecordTable<StoredContainer> containers)
    {
        _place = place;
        _records = records;
        _layers = layers;
        _containers = containers;
        _data = new ImageData(place);
    }

    /// <summary>All images, those of additional stores last. An image of this store hides one with the same id in an additional
    /// store.</summary>
    public IReadOnlyList<StoredImage> All() => _records.ReadOnce().Items;

    /// <summary>Directory of an image's data files, which is removed with the image.</summary>
    public string DirectoryOf(string imageId) => _data.DirectoryOf(imageId);

    /// <summary>Finds an image by what a user may type: full id, <c>sha256:</c> and id, exact name, name without registry or tag, name with
    /// manifest digest, or a unique prefix of the id of at least three digits. Null when there is none.</summary>
    public StoredImage? Find(string idOrName)
    {
        var found = ImageLookup.Find(_records.ReadOnce(), idOrName);
        if (found?.Id != idOrName)
        {
            _place.Options.Debug?.Report(found is null
                ? $"no image \"{idOrName}\""
                : $"image \"{idOrName}\" is {found.Id}{(found.Names.Count > 0 ? $" ({string.Join(", ", found.Names)})" : "")}{(found.IsReadOnly ? $" of {found.StoreRoot}" : "")}");
        }

        return found;
    }

    /// <summary>Images that have a manifest with the digest.</summary>
    public IReadOnlyList<StoredImage> ByDigest(Digest digest) => [.. All().Where(image => image.HasManifest(digest))];

    /// <summary>Content of an image's data file. Keys: <c>manifest</c>, <c>sha256:…</c> (the config), <c>manifest-sha256:…</c>.</summary>
    /// <exception cref="BuildSharpException">The image or the file does not exist.</exception>
    public byte[] ReadData(string imageId, string key)
    {
        var record = Required(imageId);
        if (_data.TryReadSound(record, key) is { } data)
        {
            return data;
        }

        // Another process may be replacing the file. Under the lock, record and file match.
        using var held = record.IsReadOnly ? null : _records.Own.Lock.Read();
        return _data.ReadSound(held is null ? record : _records.Own.Current(held).ById(imageId) ?? record, key);
    }

    /// <inheritdoc cref="ReadData"/>
    /// <returns>Null when the file does not exist.</returns>
    public byte[]? TryReadData(string imageId, string key) => _data.TryRead(imageId, key);

    /// <summary>Size of the layers and data files in bytes, as <c>images</c> shows it.</summary>
    public long Size(StoredImage image) => Sizes([image])[0];

    /// <summary><see cref="Size"/> of many images; reads the layers once.</summary>
    public IReadOnlyList<long> Sizes(IReadOnlyList<StoredImage> of)
    {
        var set = _layers.Read();
        return [.. of.Select(image =>
        {
            var size = image.BigDataSizes.Values.Sum();
            // In a damaged list, a layer may be its own ancestor.
            var left = set.Items.Count;
            for (var layer = image.TopLayer; layer is not null && left-- > 0 && set.ById(layer) is { } record; layer = record.Parent)
            {
                size += Math.Max(record.DiffSize, 0);
            }

            return size;
        })];
    }

    /// <summary>Parent relations of all images, derived from configs and layers.</summary>
    public ImageTree ReadTree() => new(All(), _layers.Read(), TryReadData);

    /// <summary>Creates an image: its files first, then one save of the record with all names. If an image with the same id and top layer
    /// exists, overwrites its files and keeps its names.</summary>
    /// <exception cref="LayerRemovedException">The top layer was removed.</exception>
    /// <exception cref="BuildSharpException">Another image has the id.</exception>
    public StoredImage Create(NewImage image)
    {
        _place.MakeAll();

        // Keeps the layer until the image is saved.
        using var layersHeld = _layers.Keep(image.TopLayer);
        using var images = Write();
        return images.Add(image);
    }

    /// <summary>Adds names to an image one after the other, and removes them from other images. The newest name comes first, even if the
    /// image had it already, because other tools display an image by its first name. Writes nothing when nothing changes.</summary>
    public StoredImage AddNames(string imageId, IEnumerable<string> names) => Change(imageId, (_, set, record) =>
    {
        List<string> all = [.. names.Reverse().Union(record.Names)];
        return all.SequenceEqual(record.Names) ? set : ImageTransaction.MoveNames(set, record, all);
    });

    /// <summary>Removes a name from an image; does nothing if the image does not have it.</summary>
    public StoredImage RemoveName(string imageId, string name) => Change(imageId, (_, set, record) =>
        set.With(record.WithNames([.. record.Names.Where(other => other != name)])));

    /// <summary>The image with the id.</summary>
    /// <exception cref="BuildSharpException">The image was removed since the caller read its id from a record.</exception>
    internal StoredImage Required(string imageId) => _records.ReadOnce().ById(imageId) ?? throw Vanished(imageId);

    /// <summary>A snapshot of all images.</summary>
    internal RecordSet<StoredImage> Read() => _records.ReadOnce();

    /// <summary>Acquires the images lock for writing.</summary>
    internal ImageTransaction Write() => new(_place, _records.Own, _data);

    /// <summary>Changes an image under the lock. An image of an additional store is copied to this store first.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="change">Returns the images to save; those it got, when nothing changes.</param>
    internal StoredImage Change(string imageId, Func<ImageTransaction, RecordSet<StoredImage>, StoredImage, RecordSet<StoredImage>> change)
    {
        _place.MakeAll();
        var elsewhere = _records.Elsewhere().ById(imageId);
        using var images = Write();
        var before = images.Set;
        var set = before;
        var record = set.ById(imageId);
        if (record is null && elsewhere is not null)
        {
            record = CopyFromReadOnlyStore(elsewhere, set);
            set = set.With(record);
        }

        if (record is null)
        {
            throw Vanished(imageId);
        }

        set = change(images, set, record);
        if (set != before)
        {
            images.Save(set);
        }

        return set.ById(imageId)!;
    }

    /// <summary>Copies record and data of an image in an additional store, so that it can be named; its layers stay there. The copy hides
    /// the original and keeps its names, except those that an image of this store already has.</summary>
    private StoredImage CopyFromReadOnlyStore(StoredImage image, RecordSet<StoredImage> own)
    {
        var data = image.BigDataNames.Select(key => new BigData(key, _data.ReadSound(image, key))).ToList();
        _data.Write(image.Id, data, isNew: true);
        return image with
        {
            Names = [.. image.Names.Where(name => own.ByName(name) is null)],
            IsReadOnly = false,
            StoreRoot = _place.Options.GraphRoot,
        };
    }

    private static BuildSharpException Vanished(string imageId) =>
        new($"{imageId}: image not known: another command has removed it meanwhile; repeat this one");
}
