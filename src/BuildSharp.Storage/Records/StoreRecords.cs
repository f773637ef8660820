namespace BuildSharp.Storage.Records;

/// <summary>The records of one kind in this store and, read-only, in the additional stores.</summary>
/// <param name="own">The table of this store.</param>
/// <param name="others">The tables of the additional stores in search order.</param>
internal sealed class StoreRecords<T>(RecordTable<T> own, IReadOnlyList<RecordTable<T>> others)
    where T : StoredRecord
{
    internal RecordTable<T> Own => own;

    internal IReadOnlyList<RecordTable<T>> Others => others;

    /// <summary>All records, those of additional stores last. A record of this store hides one with the same id in an additional
    /// store.</summary>
    internal RecordSet<T> ReadOnce() => With(own.ReadOnce());

    /// <summary>The given records of this store, followed by those of the additional stores, each read under its lock.</summary>
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

    /// <summary>The records of the additional stores only.</summary>
    internal RecordSet<T> Elsewhere() => With(RecordSet<T>.Empty);
}
