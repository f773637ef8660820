using BuildSharp.Oci;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Transports;

/// <summary>Copies one image from a source to a destination. Each blob is verified, recompressed if necessary, hashed and written in one
/// pass; several blobs are copied in parallel.</summary>
public sealed class ImageCopier
{
    // As many as containers/image uses.
    private const int MostConnections = 6;

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
        var config = await ReadConfigAsync(source, manifest, cancellationToken).ConfigureAwait(false);
        var plan = CopyPlan.Make(manifest, config, destination, options);
        options.Debug?.Report($"copying {blob.MediaType} {blob.Digest} as {plan.TargetType}");
        foreach (var layer in options.Debug is null ? [] : plan.Layers)
        {
            options.Debug?.Report($"layer {layer.Index + 1} {layer.Incoming.Digest}: {layer.Incoming.MediaType} becomes {layer.Outgoing.MediaType}");
        }


        var layers = await CopyLayersAsync(source, destination, plan, options, progress, cancellationToken).ConfigureAwait(false);
        var newConfig = await PutConfigAsync(destination, plan, progress, cancellationToken).ConfigureAwait(false);

        var result = plan.IsUnchanged(layers, newConfig)
            ? blob
            : await AsListedAsync(source, plan.MakeManifest(layers, newConfig), cancellationToken).ConfigureAwait(false);
        options.Debug?.Report(result.Digest == blob.Digest ? "the manifest keeps its bytes" : $"the manifest is written anew: {result.Digest}");
        return new CopyResult(result, newConfig.Digest);
    }

    // A manifest of the store describes compressed layers. When they are at the destination, it is correct there again, and its bytes stay.
    private static async Task<ManifestBlob> AsListedAsync(IImageSource source, ManifestBlob made, CancellationToken cancellationToken)
    {
        var listed = await source.GetListedManifestAsync(cancellationToken).ConfigureAwait(false);
        return listed.MediaType == made.MediaType
            && ImageManifest.Parse(listed.Bytes.Span, listed.MediaType).ToJson().AsSpan().SequenceEqual(made.Bytes.Span)
                ? listed
                : made;
    }

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
        var chosen = await source.GetManifestAsync(entry.Digest, cancellationToken).ConfigureAwait(false);
        var actual = Digest.Compute(entry.Digest.Algorithm, chosen.Bytes.Span);
        return actual == entry.Digest
            ? chosen with { MediaType = entry.MediaType }
            : throw new BuildSharpException($"manifest for {entry.Platform}: got {actual}, the index says {entry.Digest}");
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

    private static async Task<Descriptor[]> CopyLayersAsync(
        IImageSource source, IImageDestination destination, CopyPlan plan, CopyOptions options, IProgress<CopyEvent>? progress,
        CancellationToken cancellationToken)
    {
        var results = new Descriptor?[plan.Layers.Count];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Max(1, Math.Min(destination.ParallelBlobs, MostAtOnce(source, destination))),
            CancellationToken = cancellationToken,
        };
        // A sequential destination stacks layers, so it needs each layer, even one whose blob occurred before.
        var needed = destination.ParallelBlobs == 1 ? plan.Layers : plan.FirstOfEachBlob();
        await Parallel.ForEachAsync(needed, parallel, async (layer, cancel) =>
        {
            results[layer.Index] = await CopyLayerAsync(source, destination, layer, options, progress, cancel).ConfigureAwait(false);
        }).ConfigureAwait(false);

        // Layers with the same blob share its bytes, but their descriptors may have different annotations.
        foreach (var layer in plan.Layers)
        {
            results[layer.Index] = layer.Finish(results[layer.Index] ?? results[plan.FirstIndexOf(layer)]!);
        }

        return results!;
    }

    private static int MostAtOnce(IImageSource source, IImageDestination destination) => source.IsRemote || destination.IsRemote
        ? Math.Max(MostConnections, Environment.ProcessorCount)
        : Environment.ProcessorCount;

    private static async Task<Descriptor> CopyLayerAsync(
        IImageSource source, IImageDestination destination, LayerPlan layer, CopyOptions options, IProgress<CopyEvent>? progress,
        CancellationToken cancellationToken)
    {
        if (await destination.TryReuseBlobAsync(layer.Outgoing, cancellationToken).ConfigureAwait(false) is { } reused)
        {
            progress?.Report(new CopyEvent(CopyStep.LayerReused, reused));
            return reused;
        }

        progress?.Report(new CopyEvent(CopyStep.LayerStarted, layer.Incoming));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var written = await CopyBytesAsync(source, destination, layer, options.Progress, cancellationToken).ConfigureAwait(false);
                progress?.Report(new CopyEvent(CopyStep.LayerDone, written) { Source = layer.Incoming });
                return written;
            }
            catch (BuildSharpException failure)
            {
                if (!await destination.MayTryAgainAsync(failure, attempt, cancellationToken).ConfigureAwait(false))
                {
                    throw;
                }
            }
        }
    }

    private static async Task<Descriptor> CopyBytesAsync(
        IImageSource source, IImageDestination destination, LayerPlan layer, IProgressSink? progress, CancellationToken cancellationToken)
    {
        using var item = ProgressItem.Start(progress, ProgressKind.Blob, layer.Incoming.Digest.ToString(), layer.Incoming.Size);
        var input = await source.OpenBlobAsync(layer.Incoming, cancellationToken).ConfigureAwait(false);
        var stream = layer.Transform(item.Count(input));
        await using (stream.ConfigureAwait(false))
        {
            var written = await destination.PutBlobAsync(stream, layer.Outgoing, cancellationToken).ConfigureAwait(false);
            item?.Complete();
            return written;
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
