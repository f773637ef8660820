using BuildSharp.Oci.Json;

namespace BuildSharp.Oci;

/// <summary>The original bytes of a manifest or index, so that its digest never changes by serialising it again.</summary>
/// <param name="MediaType">Media type, as stated or as detected from the content.</param>
/// <param name="Bytes">The complete JSON text.</param>
public sealed record ManifestBlob(string MediaType, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>SHA-256 of the bytes.</summary>
    public Digest Digest => Digest.Sha256(Bytes.Span);

    /// <summary>Whether this is an index or manifest list rather than one image's manifest.</summary>
    public bool IsIndex => BuildSharp.Oci.MediaType.IsIndex(MediaType);

    /// <summary>A descriptor of the bytes, without platform and annotations.</summary>
    public Descriptor Descriptor => new() { MediaType = MediaType, Digest = Digest, Size = Bytes.Length };

    /// <summary>Creates a blob with the media type detected from its content.</summary>
    /// <exception cref="BuildSharpException">The content is not a JSON object.</exception>
    public static ManifestBlob Of(ReadOnlyMemory<byte> bytes) => new(GuessMediaType(bytes.Span), bytes);

    /// <summary>Detects the media type: a known <c>mediaType</c> field, otherwise the schema version, otherwise the config's type and the
    /// presence of <c>manifests</c>.</summary>
    /// <exception cref="BuildSharpException">The content is not a JSON object.</exception>
    public static string GuessMediaType(ReadOnlySpan<byte> json) =>
        StrictJson.Read(json, ImageManifest.SizeLimit, "manifest", ManifestShape.Guess);
}
