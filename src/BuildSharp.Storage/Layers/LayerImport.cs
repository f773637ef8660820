using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>A layer to be stored, as a tar.</summary>
public sealed record LayerImport
{
    /// <summary>The layer below; null for a base layer.</summary>
    public string? ParentId { get; init; }

    /// <summary>Its id; null for the one that all tools derive from the parent's id and the diff ID.</summary>
    public string? Id { get; init; }

    /// <summary>The tar, compressed in any known way or not; read to its end.</summary>
    public required Stream Tar { get; init; }

    /// <summary>What the uncompressed tar must hash to; null when nobody knows.</summary>
    public DiffId? Expected { get; init; }

    /// <summary>A stored layer that came as the same blob, whose compressed form is recorded for this one, too; null to record the tar.</summary>
    public StoredLayer? SameBlob { get; init; }

    /// <summary>What to call the layer in messages.</summary>
    public string Name { get; init; } = "layer";
}
