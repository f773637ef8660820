namespace BuildSharp.Storage;

/// <summary>The records of one kind at one moment, in the order of their files. Immutable; finding is by dictionary, made when first needed.</summary>
internal sealed class RecordSet<T>(IReadOnlyList<T> items)
    where T : StoredRecord
{
    private Dictionary<string, T>? _byId;
    private Dictionary<string, T>? _byName;

    internal static RecordSet<T> Empty { get; } = new([]);

    internal IReadOnlyList<T> Items => items;

    internal T? ById(string id) => (_byId ??= IndexIds()).GetValueOrDefault(id);

    internal T? ByName(string name) => (_byName ??= IndexNames()).GetValueOrDefault(name);

    /// <summary>The only record whose id begins so; null when there is none or more than one.</summary>
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

    /// <summary>With the record added at the end, or put in the place of the one with its id.</summary>
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
        // A damaged file may give one name twice; then the later record has it.
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
