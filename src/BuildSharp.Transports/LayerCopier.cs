using System.Diagnostics;
using BuildSharp.Oci;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Transports;

/// <summary>Copies the layers of one image, several in parallel. Each is read once and passes through in one pass.</summary>
/// <param name="source">The source.</param>
/// <param name="destination">The destination.</param>
/// <param name="options">Changes to make.</param>
/// <param name="progress">Receives progress events; null to report nothing.</param>
internal sealed class LayerCopier(
    IImageSource source, IImageDestination destination, CopyOptions options, IProgress<CopyEvent>? progress)
{
    // As many as containers/image uses.
    private const int MostConnections = 6;

    private volatile string? _lost;

    /// <summary>Why a layer could not be copied as the listed manifest describes it, although it was known where it is; null when that did
    /// not happen.</summary>
    public string? Lost => _lost;

    private int MostAtOnce => source.IsRemote || destination.IsRemote
        ? Math.Max(MostConnections, Environment.ProcessorCount)
        : Environment.ProcessorCount;

    /// <summary>Copies the layers.</summary>
    /// <returns>Their descriptors for the manifest at the destination, from the lowest layer up.</returns>
    public async Task<Descriptor[]> CopyAsync(CopyPlan plan, CancellationToken cancellationToken)
    {
        var results = new Descriptor?[plan.Layers.Count];
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Max(1, Math.Min(destination.ParallelBlobs, MostAtOnce)),
            CancellationToken = cancellationToken,
        };
        destination.ExpectLayers([.. plan.Layers.Select(layer => layer.Outgoing)]);
        var needed = destination.StacksLayers ? plan.Layers : plan.FirstOfEachBlob();
        await Parallel.ForEachAsync(needed, parallel, async (layer, cancel) =>
        {
            results[layer.Index] = await CopyAsync(layer, cancel).ConfigureAwait(false);
        }).ConfigureAwait(false);

        // Layers with the same blob share its bytes, but their descriptors may have different annotations.
        foreach (var layer in plan.Layers)
        {
            results[layer.Index] = layer.Finish(results[layer.Index] ?? results[plan.FirstIndexOf(layer)]!);
        }

        return results!;
    }

    private async Task<Descriptor> CopyAsync(LayerPlan layer, CancellationToken cancellationToken)
    {
        if (layer.AsListed is { } listed)
        {
            try
            {
                if (await TryCopyAsync(listed, OpenListedAsync, cancellationToken).ConfigureAwait(false) is { } kept)
                {
                    return kept;
                }
            }
            catch (OriginalLayerException failure)
            {
                _lost ??= failure.Message;
            }

            if (options.PreserveDigests)
            {
                throw new BuildSharpException(
                    $"the digest of the image cannot be preserved, because layer {layer.Index + 1} is not there as its manifest describes it: "
                    + (_lost ?? "where it was pulled from is not known"));
            }
        }

        var copied = await TryCopyAsync(layer, OpenAsync, cancellationToken).ConfigureAwait(false);
        return copied ?? throw new UnreachableException();
    }

    private async ValueTask<Stream?> OpenAsync(LayerPlan layer, CancellationToken cancellationToken) =>
        await source.OpenBlobAsync(layer.Incoming, cancellationToken).ConfigureAwait(false);

    // A copy to a place on this machine uses no network that the user did not ask for, as by asking for the digest.
    private async ValueTask<Stream?> OpenListedAsync(LayerPlan layer, CancellationToken cancellationToken) => destination.IsRemote || options.PreserveDigests
        ? await source.OpenListedLayerAsync(layer.Incoming, layer.Outgoing.DiffId!.Value, cancellationToken).ConfigureAwait(false)
        : null;

    /// <returns>Null when <paramref name="open"/> returns null.</returns>
    private async Task<Descriptor?> TryCopyAsync(
        LayerPlan layer, Func<LayerPlan, CancellationToken, ValueTask<Stream?>> open, CancellationToken cancellationToken)
    {
        if (await destination.TryReuseBlobAsync(layer.Outgoing, cancellationToken).ConfigureAwait(false) is { } reused)
        {
            progress?.Report(new CopyEvent(CopyStep.LayerReused, reused));
            return reused;
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await open(layer, cancellationToken).ConfigureAwait(false) is not { } input)
                {
                    return null;
                }

                if (attempt == 1)
                {
                    progress?.Report(new CopyEvent(CopyStep.LayerStarted, layer.Incoming));
                }

                var written = await SendAsync(layer, input, cancellationToken).ConfigureAwait(false);
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

    private async Task<Descriptor> SendAsync(LayerPlan layer, Stream input, CancellationToken cancellationToken)
    {
        using var item = ProgressItem.Start(options.Progress, ProgressKind.Blob, layer.Incoming.Digest.ToString(), layer.Incoming.Size);
        var stream = layer.Transform(item.Count(input));
        await using (stream.ConfigureAwait(false))
        {
            var written = await destination.PutBlobAsync(stream, layer.Outgoing, cancellationToken).ConfigureAwait(false);
            item?.Complete();
            return written;
        }
    }
}
