using BuildSharp.Oci;
using BuildSharp.Storage.Locking;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Images;

/// <summary>The images of this store while their lock is held for writing: creates and changes images. Disposing releases the
/// lock.</summary>
internal sealed class ImageTransaction : IDisposable
{
    private readonly StorePlace _place;
    private readonly RecordTable<StoredImage> _records;
    private readonly ImageData _data;
    private readonly StoreLock.Holding _held;

    /// <summary>Acquires the lock.</summary>
    internal ImageTransaction(StorePlace place, RecordTable<StoredImage> records, ImageData data)
    {
        _place = place;
        _records = records;
        _data = data;
        _held = records.Lock.Write();
    }

    /// <summary>The current images.</summary>
    internal RecordSet<StoredImage> Set => _records.Current(_held);

    internal void Save(RecordSet<StoredImage> next, Persistence persistence = Persistence.Durable) => _records.Save(_held, next, persistence);

    /// <summary>Creates or extends an image. Its layers exist and are locked against removal. Writes its files first, then saves the record
    /// once with all names.</summary>
    /// <param name="image">The image.</param>
    /// <param name="before">Runs after all files are written, just before the image becomes visible; may be null.</param>
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

    /// <summary>Replaces files of an image and updates their hashes in its record.</summary>
    /// <param name="set">The current images.</param>
    /// <param name="record">The image.</param>
    /// <param name="data">The new files.</param>
    /// <param name="inOrder">The same files in the order in which they become visible.</param>
    /// <returns>The list of images, which the caller saves.</returns>
    internal RecordSet<StoredImage> Rewrite(
        RecordSet<StoredImage> set, StoredImage record, IReadOnlyList<BigData> data, IReadOnlyList<BigData> inOrder)
    {
        set = StopDescribing(set, record, data);
        _data.Write(record.Id, inOrder, isNew: false);
        return set.With(ImageData.Describe(record, data));
    }

    /// <summary>Gives an image names and removes these from other images.</summary>
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

    /// <summary>Saves the record without sizes and hashes of the files about to be replaced. The files are replaced one by one, then the
    /// record. A process killed in between leaves an incomplete record, but no wrong one.</summary>
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
