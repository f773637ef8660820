using BuildSharp.Oci;

namespace BuildSharp.Storage.Records;

/// <summary>A layer in the store: a layer of an image, or the writable layer of a container (containers/storage, layers.go).</summary>
public sealed record StoredLayer : StoredRecord
{
    private static readonly byte[] True = "true"u8.ToArray();

    /// <summary>Id of the layer below; null for a base layer.</summary>
    public string? Parent { get; init; }

    /// <summary>SELinux label of the layer's mounts; null for none.</summary>
    public string? MountLabel { get; init; }

    /// <summary>Hash of the blob as received; equals <see cref="DiffId"/> when it was uncompressed. Unset for a container's
    /// layer.</summary>
    public Digest CompressedDigest { get; init; }

    /// <summary>Length of the blob as received, in bytes.</summary>
    public long CompressedSize { get; init; }

    /// <summary>Hash of the layer's uncompressed tar; unset for a container's layer.</summary>
    public DiffId DiffId { get; init; }

    /// <summary>Length of the uncompressed tar in bytes; −1 when only its table of contents is known.</summary>
    public long DiffSize { get; init; }

    /// <summary>Hash of the table of contents of a layer pulled in chunks (zstd:chunked); null for others.</summary>
    public string? TocDigest { get; init; }

    /// <summary>Compression of the blob: 0 none, 1 bzip2, 2 gzip, 3 xz, 4 zstd.</summary>
    public int Compression { get; init; }

    /// <summary>Distinct owners of the layer's files, ascending.</summary>
    public IReadOnlyList<uint> Uids { get; init; } = [];

    /// <summary>Distinct groups of the layer's files, ascending.</summary>
    public IReadOnlyList<uint> Gids { get; init; } = [];

    /// <summary>Mapping of user ids if the owners on disk are shifted.</summary>
    public IReadOnlyList<IdMapping> UidMap { get; init; } = [];

    /// <summary>Mapping of group ids if the groups on disk are shifted.</summary>
    public IReadOnlyList<IdMapping> GidMap { get; init; } = [];

    /// <summary>Whether the layer is being created or deleted. When its lock is free, such a layer is garbage.</summary>
    public bool IsIncomplete => IsFlagTrue("incomplete");

    /// <summary>The record with the properties of the tar made from a container's layer.</summary>
    internal StoredLayer Committed(BuildSharp.Storage.Diffs.LayerSummary summary) => this with
    {
        CompressedDigest = summary.DiffId.Value,
        CompressedSize = summary.Size,
        Compression = 0,
        DiffId = summary.DiffId,
        DiffSize = summary.Size,
        Uids = summary.Uids,
        Gids = summary.Gids,
    };

    internal StoredLayer Incomplete() => this with { Flags = FlagsWith("incomplete", True) };

    internal StoredLayer Complete() => this with { Flags = FlagsWith("incomplete", null) };
}
