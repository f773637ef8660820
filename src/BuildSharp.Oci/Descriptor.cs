namespace BuildSharp.Oci;

/// <summary>Refers to a blob by type, digest and size (OCI image-spec, descriptor.md).</summary>
public sealed record Descriptor
{
    /// <summary>Media type of the blob; unknown types are preserved.</summary>
    public required string MediaType { get; init; }

    /// <summary>Hash of the blob as stored and transferred, that is, after compression.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Length of the blob as stored and transferred, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Further addresses from which the blob can be fetched without credentials.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Free annotations; Docker descriptors have none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>An inline copy of the blob, not verified; null for none.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>In an index entry: platform of the image.</summary>
    public Platform? Platform { get; init; }

    /// <summary>In an index entry: type of the artifact.</summary>
    public string? ArtifactType { get; init; }
}
