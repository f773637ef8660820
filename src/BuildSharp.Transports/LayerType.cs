using System.Diagnostics;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;

namespace BuildSharp.Transports;

/// <summary>Parts of a layer's media type, used to build the equivalent type of the other manifest format.</summary>
/// <param name="Compression">Compression named by the type.</param>
/// <param name="IsForeign">Whether the layer is non-distributable: it must not be pushed to public registries.</param>
internal sealed record LayerType(CompressionKind Compression, bool IsForeign)
{
    /// <summary>Parses a media type; null for one that is not a layer's or is encrypted.</summary>
    public static LayerType? Read(string mediaType)
    {
        (string Stem, bool Foreign)[] stems =
        [
            (MediaType.OciLayer, false),
            (MediaType.OciLayerNondistributable, true),
            (MediaType.DockerLayer, false),
            (MediaType.DockerLayerForeign, true),
        ];
        foreach (var (stem, foreign) in stems)
        {
            if (!mediaType.StartsWith(stem, StringComparison.Ordinal))
            {
                continue;
            }

            return mediaType[stem.Length..] switch
            {
                "" => new LayerType(CompressionKind.None, foreign),
                "+gzip" or ".gzip" => new LayerType(CompressionKind.Gzip, foreign),
                "+zstd" or ".zstd" => new LayerType(CompressionKind.Zstd, foreign),
                _ => null,
            };
        }

        return null;
    }

    public string ToMediaType(bool docker)
    {
        var stem = (docker, IsForeign) switch
        {
            (false, false) => MediaType.OciLayer,
            (false, true) => MediaType.OciLayerNondistributable,
            (true, false) => MediaType.DockerLayer,
            (true, true) => MediaType.DockerLayerForeign,
        };
        return Compression switch
        {
            CompressionKind.None => stem,
            CompressionKind.Gzip => stem + (docker ? ".gzip" : "+gzip"),
            CompressionKind.Zstd => stem + (docker ? ".zstd" : "+zstd"),
            _ => throw new UnreachableException(),
        };
    }
}
