using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Copies one image from a source to a destination. Each blob is verified, recompressed if necessary, hashed and written in one
/// pass; several blobs are copied in parallel.</summary>
public sealed class ImageCopier
{
    /// <summary>Copies the image; from an index, the image for the requested platform.</summary>
    /// <param name="source">The source.</param>
    /// <param name="destination">The destination; committed when this returns.</param>
    /// <param name="options">Changes to make.</param>
    /// <param name="progress">Receives progress events; null to report nothing.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="BuildSharpException">The image is damaged, or the destination cannot hold it with these options.</exception>
    public async Task<CopyResult> CopyAsync(
        IImageSource source,
        IImageDestination destination,
        CopyOptions options,
        IProgress<CopyEvent>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var blob = await ChooseAsync(source, destination, options, cancellationToken).ConfigureAwait(false);
        var copied = await CopyContentAsync(source, blob, destination, options, progress, cancellationToken).ConfigureAwait(false);
        await destination.PutManifestAsync(copied.Manifest, cancellationToken).ConfigureAwait(false);
        await destination.CommitAsync(cancellationToken).ConfigureAwait(false);
        progress?.Report(new CopyEvent(CopyStep.Manifest, copied.Manifest.Descriptor));
        return copied;
    }

    /// <summary>Copies the blobs of one image and returns the manifest for the destination, without writing it.</summary>
    /// <param name="source">Source of the blobs.</param>
    /// <param name="blob">Manifest at the source.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="options">Changes to make.</param>
    /// <param name="progress">Receives progress events; null to report nothing.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    internal static async Task<CopyResult> CopyContentAsync(
        IImageSource source,
        ManifestBlob blob,
        IImageDestination destination,
        CopyOptions options,
        IProgress<CopyEvent>? progress,
        CancellationToken cancellationToken)
    {
        var manifest = ImageManifest.Parse(blob.Bytes.Span, blob.MediaType);
        var listed = await source.GetListedManifestAsync(cancellationToken).ConfigureAwait(false);
        var config = await ReadConfigAsync(source, manifest, cancellationToken).ConfigureAwait(false);
        var plan = CopyPlan.Make(manifest, listed, config, destination, options);
        // The list of a registry or layout lists the image that it holds; only storage lists another form of it.
        if (options.PreserveDigests && !listed.IsIndex && listed.Digest != blob.Digest && !plan.MayKeepListed)
        {
            throw new BuildSharpException("the digest of the image cannot be preserved, because its layers are not there in the form that its manifest describes");
        }

        options.Debug?.Report($"copying {blob.MediaType} {blob.Digest} as {plan.TargetType}");
        foreach (var layer in options.Debug is null ? [] : plan.Layers)
        {
            options.Debug?.Report($"layer {layer.Index + 1} {layer.Incoming.Digest}: {layer.Incoming.MediaType} becomes {layer.Outgoing.MediaType}");
        }

        var copier = new LayerCopier(source, destination, options, progress);
        var layers = await copier.CopyAsync(plan, cancellationToken).ConfigureAwait(false);
        var newConfig = await PutConfigAsync(destination, plan, progress, cancellationToken).ConfigureAwait(false);

        var result = plan.IsUnchanged(layers, newConfig) ? blob : KeepIfEqual(listed, plan.MakeManifest(layers, newConfig));
        if (plan.MayKeepListed && result.Digest != listed.Digest)
        {
            var message = $"the digest of the image changes from {listed.Digest} to {result.Digest}, because its layers are compressed anew";
            (copier.Lost is null ? options.Debug : options.Warnings)?.Report($"{message}: {copier.Lost ?? "where they were pulled from is not known"}");
        }

        options.Debug?.Report(result.Digest == blob.Digest ? "the manifest keeps its bytes" : $"the manifest is written anew: {result.Digest}");
        return new CopyResult(result, newConfig.Digest);
    }

    // A manifest of the store describes compressed layers. When they are at the destination, it is correct there again, and its bytes stay.
    private static ManifestBlob KeepIfEqual(ManifestBlob listed, ManifestBlob made) =>
        listed.MediaType == made.MediaType
        && ImageManifest.Parse(listed.Bytes.Span, listed.MediaType).ToJson().AsSpan().SequenceEqual(made.Bytes.Span)
            ? listed
            : made;

    private static async Task<ManifestBlob> ChooseAsync(
        IImageSource source, IImageDestination destination, CopyOptions options, CancellationToken cancellationToken)
    {
        var blob = await source.GetManifestAsync(null, cancellationToken).ConfigureAwait(false);
        if (!blob.IsIndex)
        {
            return blob;
        }

        var entry = ImageIndex.Parse(blob.Bytes.Span, blob.MediaType).Choose(options.Platform ?? Platform.Host);
        await destination.PutIndexAsync(blob, cancellationToken).ConfigureAwait(false);
        return await ImageDescription.ReadEntryAsync(source, entry, cancellationToken).ConfigureAwait(false);
    }

    internal static async Task<byte[]> ReadConfigAsync(IImageSource source, ImageManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Config.Size > ImageConfig.SizeLimit)
        {
            throw new BuildSharpException($"the image's config has {manifest.Config.Size:N0} bytes; more than {ImageConfig.SizeLimit:N0} are not accepted");
        }

        var stream = await source.OpenBlobAsync(manifest.Config, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            var bytes = new MemoryStream((int)manifest.Config.Size);
            await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes.ToArray();
        }
    }

    private static async Task<Descriptor> PutConfigAsync(
        IImageDestination destination, CopyPlan plan, IProgress<CopyEvent>? progress, CancellationToken cancellationToken)
    {
        var blob = new BlobInfo { MediaType = plan.ConfigType, Digest = plan.ConfigDigest, Size = plan.ConfigBytes.Length };
        var stream = new MemoryStream(plan.ConfigBytes, writable: false);
        await using (stream.ConfigureAwait(false))
        {
            var written = await destination.PutBlobAsync(stream, blob, cancellationToken).ConfigureAwait(false);
            progress?.Report(new CopyEvent(CopyStep.Config, written));
            return written;
        }
    }
}
