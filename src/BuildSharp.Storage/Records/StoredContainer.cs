namespace BuildSharp.Storage;

/// <summary>A container of the store (containers/storage, containers.go): a writable layer on an image's, with a directory for its tool's files.</summary>
public sealed record StoredContainer : StoredRecord
{
    /// <summary>Id of the image it was made from; null for one from scratch.</summary>
    public string? ImageId { get; init; }

    /// <summary>Id of its writable layer.</summary>
    public string LayerId { get; init; } = "";

    /// <summary>Length of each data file.</summary>
    public IReadOnlyDictionary<string, long> BigDataSizes { get; init; } = new Dictionary<string, long>();

    /// <summary>Hash of each data file.</summary>
    public IReadOnlyDictionary<string, string> BigDataDigests { get; init; } = new Dictionary<string, string>();

    /// <summary>User ids asked for.</summary>
    public IReadOnlyList<IdMapping> UidMap { get; init; } = [];

    /// <summary>Group ids asked for.</summary>
    public IReadOnlyList<IdMapping> GidMap { get; init; } = [];

    /// <summary>Whether it was asked for with a user namespace of its own, in which its ids are others outside.</summary>
    public bool HasIdMaps => UidMap.Concat(GidMap).Any(map => map.ContainerId != map.HostId);

    /// <summary>Whether its content need not survive a crash of the machine, so that overlay may skip synchronising.</summary>
    public bool MayBeVolatile => IsFlagTrue("Volatile");
}
