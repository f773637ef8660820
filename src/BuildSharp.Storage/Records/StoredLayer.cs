using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>A row of the store's layers: an image's layer, or the writable layer of a container (containers/storage, layers.go).</summary>
public sealed record StoredLayer : StoredRecord
{
    private static readonly byte[] True = "true"u8.ToArray();

    /// <summary>Id of the layer below; null for a base layer.</summary>
    public string? Parent { get; init; }

    /// <summary>SELinux label that the layer is mounted with; null for none.</summary>
    public string? MountLabel { get; init; }

    /// <summary>Hash of the blob as it came; equals <see cref="DiffId"/> when it came uncompressed; unset for a container's layer.</summary>
    public Digest CompressedDigest { get; init; }

    /// <summary>Length of the blob as it came.</summary>
    public long CompressedSize { get; init; }

    /// <summary>Hash of the layer's tar; unset for a container's layer.</summary>
    public DiffId DiffId { get; init; }

    /// <summary>Length of the layer's tar; −1 when only its table of contents is known.</summary>
    public long DiffSize { get; init; }

    /// <summary>Hash of the table of contents of a layer that was pulled in chunks; null for others.</summary>
    public string? TocDigest { get; init; }

    /// <summary>How the blob was compressed: 0 not, 1 bzip2, 2 gzip, 3 xz, 4 zstd.</summary>
    public int Compression { get; init; }

    /// <summary>Users that own something in the layer, ascending.</summary>
    public IReadOnlyList<uint> Uids { get; init; } = [];

    /// <summary>Groups that own something in the layer, ascending.</summary>
    public IReadOnlyList<uint> Gids { get; init; } = [];

    /// <summary>User ids of the layer's files on disk, where they are shifted.</summary>
    public IReadOnlyList<IdMapping> UidMap { get; init; } = [];

    /// <summary>Group ids of the layer's files on disk, where they are shifted.</summary>
    public IReadOnlyList<IdMapping> GidMap { get; init; } = [];

    /// <summary>Whether it is being made or deleted; outside its maker's lock such a layer is garbage.</summary>
    public bool IsIncomplete => IsFlagTrue("incomplete");

    /// <summary>With what was found out when the tar of a container's layer was made.</summary>
    internal StoredLayer Committed(Diffs.LayerSummary summary) => this with
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
