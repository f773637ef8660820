namespace BuildSharp.Storage.Records;

/// <summary>An immutable snapshot of the records of one kind, in the order of their files. Dictionaries for lookup are created at first
/// use.</summary>
internal sealed class RecordSet<T>(IReadOnlyList<T> items)
    where T : StoredRecord
{
    private Dictionary<string, T>? _byId;
    private Dictionary<string, T>? _byName;

    internal static RecordSet<T> Empty { get; } = new([]);

    internal IReadOnlyList<T> Items => items;

    internal T? ById(string id) => (_byId ??= IndexIds()).GetValueOrDefault(id);

    internal T? ByName(string name) => (_byName ??= IndexNames()).GetValueOrDefault(name);

    /// <summary>The only record whose id has the prefix; null when there is none or more than one.</summary>
    internal T? ByPrefix(string prefix)
    {
        T? found = null;
        foreach (var item in items)
        {
            if (item.Id.StartsWith(prefix, StringComparison.Ordinal))
            {
                if (found is not null)
                {
                    return null;
                }

                found = item;
            }
        }

        return found;
    }

    /// <summary>The set with the record appended, or replaced if its id exists.</summary>
    internal RecordSet<T> With(T record)
    {
        var next = new List<T>(items.Count + 1);
        var replaced = false;
        foreach (var item in items)
        {
            next.Add(item.Id == record.Id ? record : item);
            replaced |= item.Id == record.Id;
        }

        if (!replaced)
        {
            next.Add(record);
        }

        return new RecordSet<T>(next);
    }

    internal RecordSet<T> Without(string id) => new([.. items.Where(item => item.Id != id)]);

    private Dictionary<string, T> IndexIds()
    {
        var index = new Dictionary<string, T>(items.Count, StringComparer.Ordinal);
        foreach (var item in items)
        {
            index.TryAdd(item.Id, item);
        }

        return index;
    }

    private Dictionary<string, T> IndexNames()
    {
        // In a damaged file two records may have the same name; the later record wins.
        var index = new Dictionary<string, T>(items.Count, StringComparer.Ordinal);
        foreach (var item in items)
        {
            foreach (var name in item.Names)
            {
                index[name] = item;
            }
        }

        return index;
    }
}
