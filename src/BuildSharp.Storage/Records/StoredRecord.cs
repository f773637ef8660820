using BuildSharp.Oci;

namespace BuildSharp.Storage.Records;

/// <summary>Common properties of the store's layers, images and containers (containers/storage).</summary>
/// <remarks>A record is immutable; a change creates another. Data of other tools is preserved, including unknown fields.</remarks>
public abstract record StoredRecord
{
    /// <summary>Creates an empty record.</summary>
    protected StoredRecord()
    {
    }

    /// <summary>Copies everything except the original bytes, because a changed record is serialised again.</summary>
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

    /// <summary>Names, unique among the records of the same kind in a store.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Free text of the tool that created the record; null when there is none.</summary>
    public string? Metadata { get; init; }

    /// <summary>Creation time; for an image the one in its config.</summary>
    public Timestamp Created { get; init; } = Timestamp.GoZero;

    /// <summary>Named values of any JSON type, such as <c>incomplete</c>.</summary>
    public IReadOnlyList<RawField> Flags { get; init; } = [];

    /// <summary>Keys of its data files, in the order first stored.</summary>
    public IReadOnlyList<string> BigDataNames { get; init; } = [];

    /// <summary>Whether the record is in the file for volatile records, which is not synchronised to disk or is in the run root.</summary>
    public bool IsVolatile { get; init; }

    /// <summary>Whether the record is in an additional store, which is never written.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Graph root of the record's store.</summary>
    public string StoreRoot { get; init; } = "";

    /// <summary>Unknown fields, written by newer versions, kept when the record is saved.</summary>
    internal IReadOnlyList<RawField> Unknown { get; init; } = [];

    /// <summary>The bytes it was read from; empty for a new or changed record.</summary>
    internal ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>Value of a flag as JSON; null when it is not set.</summary>
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
