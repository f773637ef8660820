using BuildSharp.Oci.Layers.Compression;

namespace BuildSharp.Transports;

/// <summary>Selects the images to copy with a manifest list.</summary>
public sealed record ListCopyOptions
{
    /// <summary>Whether to copy the images. Otherwise only the list is written, and its images may be missing at the destination.</summary>
    public bool Images { get; init; } = true;

    /// <summary>Compressions that each platform must have an image for; a copy is added to the list for each missing one.</summary>
    public IReadOnlyList<CompressionKind> AddCompression { get; init; } = [];
}
