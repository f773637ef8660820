using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Copies one image from a source to a destination. Each blob flows once: it is verified, recompressed if need be, hashed and
/// written in the same pass, several blobs at a time.</summary>
public sealed class ImageCopier
{
    /// <summary>Copies the image, or of an index the one image for the wanted platform.</summary>
    /// <param name="source">Where from.</param>
    /// <param name="destination">Where to; committed when this returns.</param>
    /// <param name="options">What to change on the way.</param>
    /// <param name="progress">Told what happens; null when nobody listens.</param>
    /// <param name="cancellationToken">Asks to stop.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="BuildSharpException">The image is broken, or the destination cannot hold it as asked.</exception>
    public async Task<CopyResult> CopyAsync(
        IImageSource source,
        IImageDestination destination,
        CopyOptions options,
        IProgress<CopyEvent>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var blob = await ChooseAsync(source, options, cancellationToken).ConfigureAwait(false);
        var copied = await CopyContentAsync(source, blob, destination, options, progress, cancellationToken).ConfigureAwait(false);
        await destination.PutManifestAsync(copied.Manifest, cancellationToken).ConfigureAwait(false);
        await destination.CommitAsync(cancellationToken).ConfigureAwait(false);
        progress?.Report(new CopyEvent(CopyStep.Manifest, copied.Manifest.Descriptor));
        return copied;
    }

    /// <summary>Copies the blobs of one image, and says what its manifest has to be at the destination.</summary>
    /// <param name="source">Where its blobs are.</param>
    /// <param name="blob">Its manifest there.</param>
    /// <param name="destination">Where to; it is given no manifest yet.</param>
    /// <param name="options">What to change on the way.</param>
    /// <param name="progress">Told what happens; null when nobody listens.</param>
    /// <param name="cancellationToken">Asks to stop.</param>
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


        var layers = await CopyLayersAsync(source, destination, plan, progress, cancellationToken).ConfigureAwait(false);
        var newConfig = await PutConfigAsync(destination, plan, progress, cancellationToken).ConfigureAwait(false);

        var result = plan.IsUnchanged(layers, newConfig) ? blob : plan.MakeManifest(layers, newConfig);
        options.Debug?.Report(result.Digest == blob.Digest ? "the manifest keeps its bytes" : $"the manifest is written anew: {result.Digest}");
        return new CopyResult(result, newConfig.Digest);
    }

    private static async Task<ManifestBlob> ChooseAsync(IImageSource source, CopyOptions options, CancellationToken cancellationToken)
    {
        var blob = await source.GetManifestAsync(null, cancellationToken).ConfigureAwait(false);
        if (!blob.IsIndex)
        {
            return blob;
        }

        var entry = ImageIndex.Parse(blob.Bytes.Span, blob.MediaType).Choose(options.Platform ?? Platform.Host);
        var chosen = await source.GetManifestAsync(entry.Digest, cancellationToken).ConfigureAwait(false);
        return chosen.Digest == entry.Digest || entry.Digest.Algorithm != "sha256"
            ? chosen with { MediaType = entry.MediaType }
            : throw new BuildSharpException($"manifest for {entry.Platform}: got {chosen.Digest}, the index says {entry.Digest}");
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
        IImageSource source, IImageDestination destination, CopyPlan plan, IProgress<CopyEvent>? progress, CancellationToken cancellationToken)
    {
        var results = new Descriptor?[plan.Layers.Count];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Max(1, Math.Min(destination.ParallelBlobs, Environment.ProcessorCount)),
            CancellationToken = cancellationToken,
        };
        // Where layers come one by one, each matters, even one whose bytes have come before.
        var needed = destination.ParallelBlobs == 1 ? plan.Layers : plan.FirstOfEachBlob();
        await Parallel.ForEachAsync(needed, parallel, async (layer, cancel) =>
        {
            results[layer.Index] = await CopyLayerAsync(source, destination, layer, progress, cancel).ConfigureAwait(false);
        }).ConfigureAwait(false);

        // A layer that occurs twice is copied once; the bytes are the same, the descriptor's annotations need not be.
        foreach (var layer in plan.Layers)
        {
            results[layer.Index] = layer.Finish(results[layer.Index] ?? results[plan.FirstIndexOf(layer)]!);
        }

        return results!;
    }

    private static async Task<Descriptor> CopyLayerAsync(
        IImageSource source, IImageDestination destination, LayerPlan layer, IProgress<CopyEvent>? progress, CancellationToken cancellationToken)
    {
        if (await destination.TryReuseBlobAsync(layer.Outgoing, cancellationToken).ConfigureAwait(false) is { } reused)
        {
            progress?.Report(new CopyEvent(CopyStep.LayerReused, reused));
            return reused;
        }

        progress?.Report(new CopyEvent(CopyStep.LayerStarted, layer.Incoming));
        var input = await source.OpenBlobAsync(layer.Incoming, cancellationToken).ConfigureAwait(false);
        var stream = layer.Transform(input);
        await using (stream.ConfigureAwait(false))
        {
            var written = await destination.PutBlobAsync(stream, layer.Outgoing, cancellationToken).ConfigureAwait(false);
            progress?.Report(new CopyEvent(CopyStep.LayerDone, written));
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
