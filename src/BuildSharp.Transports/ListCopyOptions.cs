using BuildSharp.Oci.Layers;

namespace BuildSharp.Transports;

/// <summary>Which images to copy with a manifest list.</summary>
public sealed record ListCopyOptions
{
    /// <summary>Whether the images are copied too; without, the list alone is written and names what may be missing there.</summary>
    public bool Images { get; init; } = true;

    /// <summary>Compressions that each platform's image shall be there with: where the list has none of that kind, a copy is added.</summary>
    public IReadOnlyList<CompressionKind> AddCompression { get; init; } = [];
}
