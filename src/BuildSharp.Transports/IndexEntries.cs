using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Describes images outside the store for the entries of a manifest list.</summary>
public static class IndexEntries
{
    /// <summary>Describes the image at a source, or images of the list there.</summary>
    /// <param name="source">The image or list.</param>
    /// <param name="all">For a list: true for all entries as they are in that list, false for the one for
    /// <paramref name="platform"/>.</param>
    /// <param name="platform">Platform to choose from a list.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="BuildSharpException">The image is damaged, or the list has none for the platform.</exception>
    public static async ValueTask<IReadOnlyList<Descriptor>> ReadAsync(
        IImageSource source, bool all, Platform platform, CancellationToken cancellationToken)
    {
        var manifest = await source.GetListedManifestAsync(cancellationToken).ConfigureAwait(false);
        if (manifest.IsIndex)
        {
            var list = ImageIndex.Parse(manifest.Bytes.Span, manifest.MediaType);
            return all ? list.Manifests : [list.Choose(platform)];
        }

        var parsed = ImageManifest.Parse(manifest.Bytes.Span, manifest.MediaType);
        if (parsed.Config.MediaType is not (MediaType.OciConfig or MediaType.DockerConfig))
        {
            return [manifest.Descriptor with { ArtifactType = parsed.ArtifactType ?? parsed.Config.MediaType }];
        }

        var config = ImageConfig.Parse(await ImageCopier.ReadConfigAsync(source, parsed, cancellationToken).ConfigureAwait(false));
        return [manifest.Descriptor with { Platform = config.Platform }];
    }
}
