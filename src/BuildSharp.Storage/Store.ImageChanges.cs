using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>One file that belongs to an image or container.</summary>
/// <param name="Key">Its key, such as <c>manifest</c>.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Digest">What the record says its hash is; null to compute it.</param>
public sealed record BigData(string Key, ReadOnlyMemory<byte> Content, Digest? Digest = null);

/// <summary>What a new image is.</summary>
public sealed record NewImage
{
    /// <summary>Its id; null for a random one, as manifest lists have.</summary>
    public string? Id { get; init; }

    /// <summary>Full references it gets; they are taken from the images that have them now.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Id of its top layer; null for none.</summary>
    public string? TopLayer { get; init; }

    /// <summary>When it was made; null for now.</summary>
    public Timestamp? Created { get; init; }

    /// <summary>Its manifest's digest; null to take that of the data <c>manifest</c>.</summary>
    public Digest? Digest { get; init; }

    /// <summary>JSON text of signature sizes; empty for none.</summary>
    public string Metadata { get; init; } = "";

    /// <summary>Its files: config, manifest and the like, in the order to be recorded.</summary>
    public IReadOnlyList<BigData> Data { get; init; } = [];
}

// Making, naming and changing images.
public sealed partial class Store
{
    /// <summary>Makes an image: its files first, then one save of the record with all names. An image with the same id and top layer is
    /// extended: its files are overwritten, its names kept.</summary>
    /// <exception cref="LayerRemovedException">Its top layer is gone.</exception>
    /// <exception cref="BuildSharpException">Another image has the id.</exception>
    public StoredImage CreateImage(NewImage image)
    {
        MakeAll();

        // Held until the image is saved: nobody may remove the layers meanwhile.
        using var layersHeld = _layers.Lock.Read();
        if (image.TopLayer is { } top && WithReadOnly(_layers.Current(layersHeld)).ById(top) is not { IsIncomplete: false })
        {
            throw new LayerRemovedException(top, Options.GraphRoot);
        }

        using var held = _images.Lock.Write();
        return SaveImage(held, image);
    }

    /// <summary>Makes or extends an image whose layers are there and cannot go.</summary>
    /// <param name="held">The images lock, held for writing.</param>
    /// <param name="image">The image.</param>
    /// <param name="before">Runs when all is written, just before the image becomes visible.</param>
    private StoredImage SaveImage(StoreLock.Holding held, NewImage image, Action? before = null)
    {
        var id = image.Id ?? StoreDirectories.NewId();
        var set = _images.Current(held);
        var existing = set.ById(id);
        if (existing is not null && existing.TopLayer != image.TopLayer)
        {
            throw new BuildSharpException($"image {id} exists with another top layer ({existing.TopLayer ?? "none"})");
        }

        var record = existing ?? new StoredImage
        {
            Id = id,
            TopLayer = image.TopLayer,
            StoreRoot = Options.GraphRoot,
            Created = image.Created ?? Now(),
            Digest = image.Digest ?? DigestOf(image.Data.FirstOrDefault(data => data.Key == "manifest")),
        };
        if (existing is not null)
        {
            set = StopDescribing(held, set, existing, image.Data);
        }

        record = record with { Metadata = image.Metadata.Length > 0 ? image.Metadata : record.Metadata };
        record = WithData(record, image.Data);
        set = MoveNames(set, record, [.. image.Names.Union(record.Names)]);
        using var save = _images.Prepare(held, set);
        WriteImageData(id, image.Data, isNew: existing is null);
        before?.Invoke();
        save.Publish();
        return set.ById(id)!;
    }

    /// <summary>Gives an image further names one after the other, taking them from the images that have them. The newest name stands
    /// first, and so does one that the image had already: the other tools call an image by its first name.</summary>
    public StoredImage AddImageNames(string imageId, IEnumerable<string> names) => ChangeImage(imageId, (_, set, record) =>
        MoveNames(set, record, [.. names.Reverse().Union(record.Names)]));

    /// <summary>Takes one name from an image; a name it does not have is no error.</summary>
    public StoredImage RemoveImageName(string imageId, string name) => ChangeImage(imageId, (_, set, record) =>
        set.With(record.WithNames([.. record.Names.Where(other => other != name)])));

    /// <summary>Gives an image exactly these names, taking them from the images that have them.</summary>
    public StoredImage SetImageNames(string imageId, IEnumerable<string> names) => ChangeImage(imageId, (_, set, record) =>
        MoveNames(set, record, [.. names.Distinct()]));

    private StoredImage ChangeImage(string imageId, Func<StoreLock.Holding, RecordSet<StoredImage>, StoredImage, RecordSet<StoredImage>> change)
    {
        MakeAll();
        var elsewhere = _readOnlyImages.Count == 0 ? null : Join(RecordSet<StoredImage>.Empty, _readOnlyImages.Select(table => table.ReadOnce())).ById(imageId);
        using var held = _images.Lock.Write();
        var set = _images.Current(held);
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

        set = change(held, set, record);
        _images.Save(held, set);
        return set.ById(imageId)!;
    }

    /// <summary>An image of an additional store is named by a copy of its record and data; its layers stay where they are. The copy hides
    /// the original, so it answers to the names that one had, but for those that an image of the own store took before.</summary>
    private StoredImage CopyFromReadOnlyStore(StoredImage image, RecordSet<StoredImage> own)
    {
        var data = image.BigDataNames.Select(key => new BigData(key, ReadSound(image, key))).ToList();
        WriteImageData(image.Id, data, isNew: true);
        return image with { Names = [.. image.Names.Where(name => own.ByName(name) is null)], IsReadOnly = false, StoreRoot = Options.GraphRoot };
    }

    private static RecordSet<StoredImage> MoveNames(RecordSet<StoredImage> set, StoredImage record, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (set.ByName(name) is { } other && other.Id != record.Id)
            {
                set = set.With(other with { Names = [.. other.Names.Where(kept => kept != name)] });
            }
        }

        return set.With(record.WithNames(names));
    }

    /// <summary>Saves the record without the sizes and hashes of files that are about to get other content. The files are replaced one by
    /// one, and the record after them: whoever is killed in between leaves a record that says too little, and nothing that is wrong.</summary>
    private RecordSet<StoredImage> StopDescribing(
        StoreLock.Holding held, RecordSet<StoredImage> set, StoredImage record, IReadOnlyList<BigData> data)
    {
        var changing = data
            .Where(item => record.BigDataDigests.TryGetValue(item.Key, out var digest) && digest != DigestOf(item).ToString())
            .Select(item => item.Key)
            .ToHashSet(StringComparer.Ordinal);
        if (changing.Count == 0)
        {
            return set;
        }

        set = set.With(record with
        {
            BigDataSizes = record.BigDataSizes.Where(size => !changing.Contains(size.Key)).ToDictionary(StringComparer.Ordinal),
            BigDataDigests = record.BigDataDigests.Where(digest => !changing.Contains(digest.Key)).ToDictionary(StringComparer.Ordinal),
        });
        _images.Save(held, set, Persistence.Ordered);
        return set;
    }

    private static StoredImage WithData(StoredImage record, IReadOnlyList<BigData> data)
    {
        var names = record.BigDataNames.ToList();
        var sizes = new Dictionary<string, long>(record.BigDataSizes, StringComparer.Ordinal);
        var digests = new Dictionary<string, string>(record.BigDataDigests, StringComparer.Ordinal);
        foreach (var item in data)
        {
            if (!names.Contains(item.Key))
            {
                names.Add(item.Key);
            }

            sizes[item.Key] = item.Content.Length;
            digests[item.Key] = DigestOf(item).ToString();
        }

        return record with { BigDataNames = names, BigDataSizes = sizes, BigDataDigests = digests };
    }

    private static Digest DigestOf(BigData? data) => data is null ? default : data.Digest ?? Digest.Sha256(data.Content.Span);

    private void WriteImageData(string imageId, IReadOnlyList<BigData> data, bool isNew)
    {
        var directory = Path.Combine(_directories.Images, imageId);
        var files = new List<PendingFile>();
        try
        {
            StoreDirectories.Make(directory, Octal.O700);
            if (FileStatus.TryOf(directory, out var status) && status.IsSymbolicLink)
            {
                throw new BuildSharpException($"{directory} is a link, in the place of a directory; nothing is written where it leads: remove the image");
            }

            foreach (var item in data)
            {
                files.Add(new PendingFile(Path.Combine(directory, BigDataName.FileName(item.Key)), item.Content.Span, Octal.O600, Persistence.Durable));
            }

            files.ForEach(file => file.Publish());
        }
        catch (Exception e) when (e is LinuxException or BuildSharpException)
        {
            if (isNew)
            {
                RemoveTree(directory);
            }

            throw e is LinuxException refused ? StoreErrors.Describe(refused, "write", directory) : e;
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    private static void RemoveTree(string path)
    {
        using var parent = DirectoryHandle.TryOpen(Path.GetDirectoryName(path)!);
        parent?.RemoveTree(Path.GetFileName(path));
    }
}
