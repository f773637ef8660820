using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>What layers, images and containers of a store have in common (containers/storage).</summary>
/// <remarks>A record is a value: changing it gives another. What other tools wrote survives, also fields unknown here.</remarks>
public abstract record StoredRecord
{
    /// <summary>Makes an empty record.</summary>
    protected StoredRecord()
    {
    }

    /// <summary>Copies all but the bytes that the record was read from: a changed record is written anew.</summary>
    protected StoredRecord(StoredRecord original)
    {
        Id = original.Id;
        Names = original.Names;
        Metadata = original.Metadata;
        Created = original.Created;
        Flags = original.Flags;
        BigDataNames = original.BigDataNames;
        IsVolatile = original.IsVolatile;
        IsReadOnly = original.IsReadOnly;
        StoreRoot = original.StoreRoot;
        Unknown = original.Unknown;
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Names, unique among the records of one kind in one store.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Free text of the tool that made the record; null when there is none.</summary>
    public string? Metadata { get; init; }

    /// <summary>When it was made; for an image what its config says.</summary>
    public Timestamp Created { get; init; } = Timestamp.GoZero;

    /// <summary>Marks of any type.</summary>
    public IReadOnlyList<RawField> Flags { get; init; } = [];

    /// <summary>Keys of the data files that belong to it, in the order first stored.</summary>
    public IReadOnlyList<string> BigDataNames { get; init; } = [];

    /// <summary>Whether it is kept in the file that is not synchronised to disk (or in the run root).</summary>
    public bool IsVolatile { get; init; }

    /// <summary>Whether it lies in an additional store, which is never written.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Graph root of the store it lies in.</summary>
    public string StoreRoot { get; init; } = "";

    /// <summary>Fields of newer versions, kept when the record is written again.</summary>
    internal IReadOnlyList<RawField> Unknown { get; init; } = [];

    /// <summary>The bytes it was read from; empty for a record that was made or changed since.</summary>
    internal ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>Value of a flag, as JSON; null when it is not set.</summary>
    internal ReadOnlyMemory<byte>? Flag(string name)
    {
        foreach (var flag in Flags)
        {
            if (flag.Name == name)
            {
                return flag.Json;
            }
        }

        return null;
    }

    internal bool IsFlagTrue(string name) => Flag(name) is { } json && json.Span.SequenceEqual("true"u8);

    internal IReadOnlyList<RawField> FlagsWith(string name, ReadOnlyMemory<byte>? json)
    {
        var flags = Flags.Where(flag => flag.Name != name).ToList();
        if (json is { } value)
        {
            flags.Add(new RawField(name, value));
        }

        return flags;
    }
}
