using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>The manifest and config of an image at a source, without its layers.</summary>
/// <param name="Named">What the location names: the manifest, or the index from which the image was chosen.</param>
/// <param name="Manifest">The manifest of the image.</param>
/// <param name="Config">The bytes of its config.</param>
public sealed record ImageDescription(ManifestBlob Named, ManifestBlob Manifest, ReadOnlyMemory<byte> Config)
{
    /// <summary>Reads them; from an index, those of the image for a platform.</summary>
    /// <exception cref="BuildSharpException">The image is damaged, or the index has none for the platform.</exception>
    public static async Task<ImageDescription> ReadAsync(IImageSource source, Platform platform, CancellationToken cancellationToken)
    {
        var named = await source.GetListedManifestAsync(cancellationToken).ConfigureAwait(false);
        var chosen = named.IsIndex
            ? await ReadEntryAsync(source, ImageIndex.Parse(named.Bytes.Span, named.MediaType).Choose(platform), cancellationToken).ConfigureAwait(false)
            : named;
        var manifest = ImageManifest.Parse(chosen.Bytes.Span, chosen.MediaType);
        return new ImageDescription(named, chosen, await ImageCopier.ReadConfigAsync(source, manifest, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Reads the manifest of an entry of the source's index, and verifies its digest.</summary>
    internal static async Task<ManifestBlob> ReadEntryAsync(IImageSource source, Descriptor entry, CancellationToken cancellationToken)
    {
        var manifest = await source.GetManifestAsync(entry.Digest, cancellationToken).ConfigureAwait(false);
        var actual = Digest.Compute(entry.Digest.Algorithm, manifest.Bytes.Span);
        return actual == entry.Digest
            ? manifest with { MediaType = entry.MediaType }
            : throw new BuildSharpException($"manifest for {entry.Platform}: got {actual}, the index says {entry.Digest}");
    }
}
