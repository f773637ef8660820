namespace BuildSharp.Oci;

/// <summary>A manifest or an index as the bytes that were received or made, so that its digest never moves through re-writing.</summary>
/// <param name="MediaType">What it is, as announced or as found in it.</param>
/// <param name="Bytes">The whole JSON text.</param>
public sealed record ManifestBlob(string MediaType, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>SHA-256 of the bytes.</summary>
    public Digest Digest => Digest.Sha256(Bytes.Span);

    /// <summary>Whether this is an index or manifest list rather than one image's manifest.</summary>
    public bool IsIndex => Oci.MediaType.IsIndex(MediaType);

    /// <summary>A descriptor of these bytes, without platform or annotations.</summary>
    public Descriptor Descriptor => new() { MediaType = MediaType, Digest = Digest, Size = Bytes.Length };

    /// <summary>Wraps bytes whose type nobody announced.</summary>
    /// <exception cref="BuildSharpException">Not a JSON object.</exception>
    public static ManifestBlob Of(ReadOnlyMemory<byte> bytes) => new(GuessMediaType(bytes.Span), bytes);

    /// <summary>The type by content: a known <c>mediaType</c> field wins, then the schema version, then the config's type and whether
    /// there are <c>manifests</c>.</summary>
    /// <exception cref="BuildSharpException">Not a JSON object.</exception>
    public static string GuessMediaType(ReadOnlySpan<byte> json) =>
        StrictJson.Read(json, ImageManifest.SizeLimit, "manifest", ManifestShape.Guess);
}
