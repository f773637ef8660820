using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Layers;

/// <summary>A layer to store, given as a tar.</summary>
public sealed record LayerImport
{
    /// <summary>Id of the layer below; null for a base layer.</summary>
    public string? ParentId { get; init; }

    /// <summary>Id of the layer; null for the id that all tools derive from the parent's id and the diff ID.</summary>
    public string? Id { get; init; }

    /// <summary>The tar, uncompressed or in any supported compression; read to its end.</summary>
    public required Stream Tar { get; init; }

    /// <summary>Expected hash of the uncompressed tar; null when unknown.</summary>
    public DiffId? Expected { get; init; }

    /// <summary>Digest and size of the bytes of <see cref="Tar"/>, when the stream itself verifies them at its end; null to compute
    /// them.</summary>
    public (Digest Digest, long Size)? Verified { get; init; }

    /// <summary>A stored layer from the same blob; its compressed digest and size are recorded for this layer too. Null to record those of
    /// the tar.</summary>
    public StoredLayer? SameBlob { get; init; }

    /// <summary>Stops the unpacking.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Name of the layer in messages.</summary>
    public string Name { get; init; } = "layer";
}
