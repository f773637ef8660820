namespace BuildSharp.Storage;

/// <summary>The records of one kind in the own store and, to be read only, in the additional ones.</summary>
/// <param name="own">Of the own store.</param>
/// <param name="others">Of the additional stores, in the order they are searched.</param>
internal sealed class StoreRecords<T>(RecordTable<T> own, IReadOnlyList<RecordTable<T>> others)
    where T : StoredRecord
{
    internal RecordTable<T> Own => own;

    internal IReadOnlyList<RecordTable<T>> Others => others;

    /// <summary>All records, those of additional stores last; one of the own store hides one with its id elsewhere.</summary>
    internal RecordSet<T> ReadOnce() => With(own.ReadOnce());

    /// <summary>Records of the own store with those of additional stores, which are read one by one under their locks.</summary>
    internal RecordSet<T> With(RecordSet<T> records)
    {
        if (others.Count == 0)
        {
            return records;
        }

        var all = new List<T>(records.Items);
        var known = records.Items.Select(record => record.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var other in others)
        {
            all.AddRange(other.ReadOnce().Items.Where(record => known.Add(record.Id)));
        }

        return new RecordSet<T>(all);
    }

    /// <summary>The records of additional stores alone.</summary>
    internal RecordSet<T> Elsewhere() => With(RecordSet<T>.Empty);
}
