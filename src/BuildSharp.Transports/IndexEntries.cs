using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>What a manifest list says of images that are added to it from elsewhere.</summary>
public static class IndexEntries
{
    /// <summary>Describes the image at a source, or images of the list there.</summary>
    /// <param name="source">The image or list.</param>
    /// <param name="all">Of a list, all entries, as that list describes them; otherwise the one for <paramref name="platform"/>.</param>
    /// <param name="platform">What the chosen image of a list is to run on.</param>
    /// <param name="cancellationToken">Asks to stop.</param>
    /// <exception cref="BuildSharpException">The image is broken, or the list has none for the platform.</exception>
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
