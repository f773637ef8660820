using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>The images of a store: finding, making, naming and removing them, and their data files.</summary>
public sealed partial class ImageStore
{
    private readonly StorePlace _place;
    private readonly StoreRecords<StoredImage> _records;
    private readonly LayerStore _layers;
    private readonly RecordTable<StoredContainer> _containers;
    private readonly ImageData _data;

    /// <param name="place">Options, driver and directories.</param>
    /// <param name="records">The images.</param>
    /// <param name="layers">Their layers, which go with the last image that needs them.</param>
    /// <param name="containers">Read before an image is removed: one with containers stays.</param>
    internal ImageStore(StorePlace place, StoreRecords<StoredImage> records, LayerStore layers, RecordTable<StoredContainer> containers)
    {
        _place = place;
        _records = records;
        _layers = layers;
        _containers = containers;
        _data = new ImageData(place);
    }

    /// <summary>All images, those of additional stores last; an image of the own store hides one with its id elsewhere.</summary>
    public IReadOnlyList<StoredImage> All() => _records.ReadOnce().Items;

    /// <summary>Finds an image by what a user may type: full id, <c>sha256:</c> and id, exact name, name without registry or tag, name
    /// with manifest digest, or at least three digits that only one id begins with. Null when there is none.</summary>
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

    /// <summary>Every image that has a manifest with the digest.</summary>
    public IReadOnlyList<StoredImage> ByDigest(Digest digest) => [.. All().Where(image => image.HasManifest(digest))];

    /// <summary>Content of an image's data file: <c>manifest</c>, <c>sha256:…</c> (the config), <c>manifest-sha256:…</c>.</summary>
    /// <exception cref="BuildSharpException">The image or the data is not there.</exception>
    public byte[] ReadData(string imageId, string key)
    {
        var record = Required(imageId);
        if (_data.TryReadSound(record, key) is { } data)
        {
            return data;
        }

        // Somebody may be replacing it. Under the lock record and file belong together.
        using var held = record.IsReadOnly ? null : _records.Own.Lock.Read();
        return _data.ReadSound(held is null ? record : _records.Own.Current(held).ById(imageId) ?? record, key);
    }

    /// <inheritdoc cref="ReadData"/>
    /// <returns>Null when it is not there.</returns>
    public byte[]? TryReadData(string imageId, string key) => _data.TryRead(imageId, key);

    /// <summary>Sum of the layers' sizes and the data, as <c>images</c> shows it.</summary>
    public long Size(StoredImage image) => Sizes([image])[0];

    /// <summary><see cref="Size"/> of many images, for which the layers are read once.</summary>
    public IReadOnlyList<long> Sizes(IReadOnlyList<StoredImage> of)
    {
        var set = _layers.Read();
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

    /// <summary>Which image was built from which, as far as configs and layers tell.</summary>
    public ImageTree ReadTree() => new(All(), _layers.Read(), TryReadData);

    /// <summary>Makes an image: its files first, then one save of the record with all names. An image with the same id and top layer is
    /// extended: its files are overwritten, its names kept.</summary>
    /// <exception cref="LayerRemovedException">Its top layer is gone.</exception>
    /// <exception cref="BuildSharpException">Another image has the id.</exception>
    public StoredImage Create(NewImage image)
    {
        _place.MakeAll();

        // Held until the image is saved.
        using var layersHeld = _layers.Keep(image.TopLayer);
        using var images = Write();
        return images.Add(image);
    }

    /// <summary>Gives an image further names one after the other, taking them from the images that have them. The newest name stands
    /// first, and so does one that the image had already: the other tools call an image by its first name.</summary>
    public StoredImage AddNames(string imageId, IEnumerable<string> names) => Change(imageId, (_, set, record) =>
        ImageTransaction.MoveNames(set, record, [.. names.Reverse().Union(record.Names)]));

    /// <summary>Takes one name from an image; a name it does not have is no error.</summary>
    public StoredImage RemoveName(string imageId, string name) => Change(imageId, (_, set, record) =>
        set.With(record.WithNames([.. record.Names.Where(other => other != name)])));

    /// <summary>The image of the id.</summary>
    /// <exception cref="BuildSharpException">It is gone: an id comes from a record that was there a moment ago.</exception>
    internal StoredImage Required(string imageId) => _records.ReadOnce().ById(imageId) ?? throw Vanished(imageId);

    /// <summary>All images at one moment.</summary>
    internal RecordSet<StoredImage> Read() => _records.ReadOnce();

    /// <summary>Takes the images lock for writing.</summary>
    internal ImageTransaction Write() => new(_place, _records.Own, _data);

    /// <summary>Changes an image while nobody else can; one of an additional store is copied to the own one for that.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="change">Gives the images as they are to be saved.</param>
    internal StoredImage Change(string imageId, Func<ImageTransaction, RecordSet<StoredImage>, StoredImage, RecordSet<StoredImage>> change)
    {
        _place.MakeAll();
        var elsewhere = _records.Elsewhere().ById(imageId);
        using var images = Write();
        var set = images.Set;
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
        images.Save(set);
        return set.ById(imageId)!;
    }

    /// <summary>An image of an additional store is named by a copy of its record and data; its layers stay where they are. The copy hides
    /// the original, so it answers to the names that one had, but for those that an image of the own store took before.</summary>
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
