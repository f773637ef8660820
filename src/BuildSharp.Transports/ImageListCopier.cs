using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;

namespace BuildSharp.Transports;

/// <summary>Copies a manifest list with its images. Each image is copied as by <see cref="ImageCopier"/>; then the list is written, with
/// unchanged bytes when no image changed.</summary>
public static class ImageListCopier
{
    /// <summary>Copies the list.</summary>
    /// <param name="source">The list and its images.</param>
    /// <param name="destination">The destination; committed when this returns.</param>
    /// <param name="options">Changes to make in each image; <see cref="CopyOptions.Format"/> applies to the list too.</param>
    /// <param name="listOptions">Which images to copy.</param>
    /// <param name="progress">Receives progress events; null to report nothing.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>The list as written.</returns>
    /// <exception cref="BuildSharpException">The destination cannot hold lists, or an image cannot be copied.</exception>
    public static async Task<ManifestBlob> CopyAsync(
        IImageListSource source,
        IImageListDestination destination,
        CopyOptions options,
        ListCopyOptions listOptions,
        IProgress<CopyEvent>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var list = ImageIndex.Parse(source.Manifest.Bytes.Span, source.Manifest.MediaType);
        var type = TypeFor(source.Manifest.MediaType, destination, options);
        var result = list with { MediaType = type, StatesMediaType = true };
        var changed = type != source.Manifest.MediaType;
        var copies = listOptions.Images ? Copies(list, options, listOptions.AddCompression) : [];
        progress?.Report(new CopyEvent(CopyStep.List, source.Manifest.Descriptor) { Count = copies.Count, ListCount = list.Manifests.Count });
        if (listOptions.Images)
        {
            var entries = new List<Descriptor>();
            foreach (var (entry, how) in copies)
            {
                progress?.Report(new CopyEvent(CopyStep.Instance, entry) { Number = entries.Count + 1, Count = copies.Count });
                try
                {
                    entries.Add(await CopyInstanceAsync(source, entry, destination, how, progress, cancellationToken).ConfigureAwait(false));
                }
                catch (BuildSharpException error)
                {
                    throw new BuildSharpException($"copying image {entries.Count + 1}/{copies.Count} from manifest list: {error.Message}", error);
                }
            }

            changed |= !entries.Select(entry => (entry.Digest, entry.MediaType)).SequenceEqual(list.Manifests.Select(entry => (entry.Digest, entry.MediaType)));
            result = result with { Manifests = entries };
        }

        if (changed && options.PreserveDigests)
        {
            throw new BuildSharpException($"the digest of the list cannot be preserved: its bytes would change ({source.Manifest.MediaType} becomes {type})");
        }

        var written = changed ? result.ToBlob() : source.Manifest;
        await destination.PutManifestAsync(written, cancellationToken).ConfigureAwait(false);
        await destination.CommitAsync(cancellationToken).ConfigureAwait(false);
        progress?.Report(new CopyEvent(CopyStep.ListManifest, written.Descriptor));
        return written;
    }

    private static async Task<Descriptor> CopyInstanceAsync(
        IImageListSource source, Descriptor entry, IImageListDestination destination, CopyOptions options, IProgress<CopyEvent>? progress,
        CancellationToken cancellationToken)
    {
        var (image, manifest) = await source.OpenAsync(entry, cancellationToken).ConfigureAwait(false);
        await using (image.ConfigureAwait(false))
        {
            var copied = await ImageCopier.CopyContentAsync(image, manifest, destination, options, progress, cancellationToken).ConfigureAwait(false);
            await destination.PutInstanceAsync(copied.Manifest, cancellationToken).ConfigureAwait(false);
            progress?.Report(new CopyEvent(CopyStep.Manifest, copied.Manifest.Descriptor));
            return Described(entry, copied.Manifest);
        }
    }

    private static Descriptor Described(Descriptor entry, ManifestBlob manifest)
    {
        if (manifest.Digest == entry.Digest)
        {
            return entry;
        }

        var annotations = entry.Annotations.Where(pair => pair.Key != PlatformChoice.ZstdAnnotation).ToDictionary();
        if (ImageManifest.Parse(manifest.Bytes.Span, manifest.MediaType).Layers.Any(layer => layer.MediaType == MediaType.OciLayerZstd))
        {
            annotations[PlatformChoice.ZstdAnnotation] = "true";
        }

        return manifest.Descriptor with { Platform = entry.Platform, Annotations = annotations, ArtifactType = entry.ArtifactType };
    }

    /// <summary>The copies in the order of the new list: each image once, then the copies with an additional compression.</summary>
    private static List<(Descriptor Entry, CopyOptions Options)> Copies(ImageIndex list, CopyOptions options, IReadOnlyList<CompressionKind> added)
    {
        var copies = list.Manifests.Select(entry => (entry, options)).ToList();
        var present = list.Manifests.Select(entry => (Key(entry), CompressionOf(entry))).ToHashSet();
        foreach (var entry in list.Manifests)
        {
            foreach (var kind in added.Where(kind => present.Add((Key(entry), kind))))
            {
                copies.Add((entry, options with { Compression = kind, ForceCompression = true }));
            }
        }

        return copies;
    }

    private static string Key(Descriptor entry) => entry.Platform?.ToString() ?? "";

    private static CompressionKind CompressionOf(Descriptor entry) =>
        entry.Annotations.GetValueOrDefault(PlatformChoice.ZstdAnnotation) == "true" ? CompressionKind.Zstd : CompressionKind.Gzip;

    private static string TypeFor(string type, IImageListDestination destination, CopyOptions options)
    {
        var wanted = options.Format is null ? type : MediaType.IsDocker(options.Format) ? MediaType.DockerManifestList : MediaType.OciIndex;
        if (destination.ListTypes.Contains(wanted))
        {
            return wanted;
        }

        return options.Format is null
            ? destination.ListTypes[0]
            : throw new BuildSharpException($"the destination cannot hold lists of type {wanted}, only {string.Join(", ", destination.ListTypes)}");
    }
}
