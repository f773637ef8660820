namespace BuildSharp.Storage.Records;

/// <summary>A container in the store (containers/storage, containers.go): a writable layer on an image's layer, and a directory for files
/// of the owning tool.</summary>
public sealed record StoredContainer : StoredRecord
{
    /// <summary>Id of its image; null for a container from scratch.</summary>
    public string? ImageId { get; init; }

    /// <summary>Id of its writable layer.</summary>
    public string LayerId { get; init; } = "";

    /// <summary>Length of each data file in bytes, by key.</summary>
    public IReadOnlyDictionary<string, long> BigDataSizes { get; init; } = new Dictionary<string, long>();

    /// <summary>Hash of each data file, by key.</summary>
    public IReadOnlyDictionary<string, string> BigDataDigests { get; init; } = new Dictionary<string, string>();

    /// <summary>Requested mapping of user ids.</summary>
    public IReadOnlyList<IdMapping> UidMap { get; init; } = [];

    /// <summary>Requested mapping of group ids.</summary>
    public IReadOnlyList<IdMapping> GidMap { get; init; } = [];

    /// <summary>Whether a user namespace was requested whose ids differ from those outside.</summary>
    public bool HasIdMaps => UidMap.Concat(GidMap).Any(map => map.ContainerId != map.HostId);

    /// <summary>Whether the content need not survive a system crash, so that overlay may skip synchronisation.</summary>
    public bool MayBeVolatile => IsFlagTrue("Volatile");
}
