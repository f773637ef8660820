namespace BuildSharp.Oci;

/// <summary>A typed pointer to a blob (OCI image-spec, descriptor.md).</summary>
public sealed record Descriptor
{
    /// <summary>Type of the blob; an unknown one survives copying.</summary>
    public required string MediaType { get; init; }

    /// <summary>Hash of the blob as stored and transferred, that is, after compression.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Length of the blob as stored and transferred, in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Where else the blob may be fetched from, without credentials.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Free annotations; Docker descriptors have none.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>An inline copy of the blob, if the descriptor carries one; still to be verified.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }

    /// <summary>In an index entry: what the image runs on.</summary>
    public Platform? Platform { get; init; }

    /// <summary>In an index entry: the type of the artifact.</summary>
    public string? ArtifactType { get; init; }
}
