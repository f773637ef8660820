using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>The images of the own store while their lock is held for writing: how an image comes and changes. Disposing releases the lock.</summary>
internal sealed class ImageTransaction : IDisposable
{
    private readonly StorePlace _place;
    private readonly RecordTable<StoredImage> _records;
    private readonly ImageData _data;
    private readonly StoreLock.Holding _held;

    /// <summary>Waits for the lock.</summary>
    internal ImageTransaction(StorePlace place, RecordTable<StoredImage> records, ImageData data)
    {
        _place = place;
        _records = records;
        _data = data;
        _held = records.Lock.Write();
    }

    /// <summary>The images now.</summary>
    internal RecordSet<StoredImage> Set => _records.Current(_held);

    internal void Save(RecordSet<StoredImage> next, Persistence persistence = Persistence.Durable) => _records.Save(_held, next, persistence);

    /// <summary>Makes or extends an image whose layers are there and cannot go: its files first, then one save of the record with all names.</summary>
    /// <param name="image">The image.</param>
    /// <param name="before">Runs when all is written, just before the image becomes visible; null for nothing.</param>
    /// <exception cref="BuildSharpException">Another image has the id.</exception>
    internal StoredImage Add(NewImage image, Action? before = null)
    {
        var id = image.Id ?? StoreDirectories.NewId();
        var set = Set;
        var existing = set.ById(id);
        if (existing is not null && existing.TopLayer != image.TopLayer)
        {
            throw new BuildSharpException($"image {id} exists with another top layer ({existing.TopLayer ?? "none"})");
        }

        var record = existing ?? new StoredImage
        {
            Id = id,
            TopLayer = image.TopLayer,
            StoreRoot = _place.Options.GraphRoot,
            Created = image.Created ?? StorePlace.Now(),
            Digest = image.Digest ?? image.Data.FirstOrDefault(data => data.Key == ManifestList.ManifestKey)?.DigestOrHash ?? default,
        };
        if (existing is not null)
        {
            set = StopDescribing(set, existing, image.Data);
        }

        record = record with { Metadata = image.Metadata ?? record.Metadata };
        record = ImageData.Describe(record, image.Data);
        set = MoveNames(set, record, [.. image.Names.Union(record.Names)]);
        using var save = _records.Prepare(_held, set);
        _data.Write(id, image.Data, isNew: existing is null);
        before?.Invoke();
        save.Publish();
        return set.ById(id)!;
    }

    /// <summary>Gives files of an image other content, and its record what they hash to then.</summary>
    /// <param name="set">The images now.</param>
    /// <param name="record">The image.</param>
    /// <param name="data">The files.</param>
    /// <param name="inOrder">The same in the order in which they become visible.</param>
    /// <returns>The list that is still to be saved.</returns>
    internal RecordSet<StoredImage> Rewrite(
        RecordSet<StoredImage> set, StoredImage record, IReadOnlyList<BigData> data, IReadOnlyList<BigData> inOrder)
    {
        set = StopDescribing(set, record, data);
        _data.Write(record.Id, inOrder, isNew: false);
        return set.With(ImageData.Describe(record, data));
    }

    /// <summary>An image gets names, which other images lose.</summary>
    internal static RecordSet<StoredImage> MoveNames(RecordSet<StoredImage> set, StoredImage record, IReadOnlyList<string> names)
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

    public void Dispose() => _held.Dispose();

    /// <summary>Saves the record without the sizes and hashes of files that are about to get other content. The files are replaced one by
    /// one, and the record after them: whoever is killed in between leaves a record that says too little, and nothing that is wrong.</summary>
    private RecordSet<StoredImage> StopDescribing(RecordSet<StoredImage> set, StoredImage record, IReadOnlyList<BigData> data)
    {
        var changing = data
            .Where(item => record.BigDataDigests.TryGetValue(item.Key, out var digest) && digest != item.DigestOrHash.ToString())
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
        Save(set, Persistence.Ordered);
        return set;
    }
}
