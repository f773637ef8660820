using System.Collections.Concurrent;
using System.Threading.Channels;
using BuildSharp.Build;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports;
using BuildSharp.Transports.ContainersStorage;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>The places of <c>--cache-from</c> and <c>--cache-to</c>. One image at a time is copied to the latter, while the build goes on;
/// disposing waits for those that are left.</summary>
/// <remarks>A build can do without a cache, so a place that fails is told in one warning and not used again.</remarks>
internal sealed class RemoteCache : IRemoteCache, IAsyncDisposable
{
    private readonly Store _store;
    private readonly Invocation _call;
    private readonly IReadOnlyList<CachePlace> _sources;
    private readonly IReadOnlyList<CachePlace> _destinations;
    private readonly ConcurrentDictionary<CachePlace, bool> _givenUp = new();
    private readonly ConcurrentDictionary<CachePlace, bool> _examined = new();
    private readonly Channel<StepUpload> _uploads = Channel.CreateUnbounded<StepUpload>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _uploading;

    /// <param name="store">Has the images to copy, and receives those that are found.</param>
    /// <param name="request">The build.</param>
    /// <param name="call">The command.</param>
    /// <param name="cancellation">Stops all copies.</param>
    /// <exception cref="BuildSharpException">A place cannot hold images of the build's format.</exception>
    public RemoteCache(Store store, BuildRequest request, Invocation call, CancellationToken cancellation)
    {
        (_store, _call) = (store, call);
        _sources = CachePlace.Of(call.Flags, "cache-from");
        _destinations = CachePlace.Of(call.Flags, "cache-to");
        if (MediaType.IsDocker(request.Format) && _sources.Concat(_destinations).FirstOrDefault(place => place.Directory is not null) is { } layout)
        {
            throw new BuildSharpException($"--{layout.Flag} {layout.Text}: a directory holds OCI images; with --format docker use type=registry");
        }

        if (!request.Layers && _sources.Concat(_destinations).FirstOrDefault() is { } unused)
        {
            call.Log.Warning($"--{unused.Flag} has no effect without --layers");
        }

        _uploading = HasDestinations ? UploadAllAsync(cancellation) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public bool HasSources => _sources.Count > 0;

    /// <inheritdoc/>
    public bool HasDestinations => _destinations.Count > 0;

    /// <inheritdoc/>
    public async ValueTask<CachedStep?> PullAsync(string key, Func<ImageManifest, ImageConfig, bool> isResult, CancellationToken cancellationToken)
    {
        foreach (var place in Used(_sources))
        {
            try
            {
                if (await PullAsync(place, key, isResult, cancellationToken).ConfigureAwait(false) is { } found)
                {
                    return found;
                }
            }
            catch (BuildSharpException error) when (ErrorReport.IsNotThere(error))
            {
                _call.Debug?.Report($"cache: {error.Message}");
                await ExamineAsync(place, cancellationToken).ConfigureAwait(false);
            }
            catch (BuildSharpException error)
            {
                GiveUp(place, error, "no more steps are looked for there");
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Push(StepUpload upload) => _uploads.Writer.TryWrite(upload);

    /// <summary>Waits until all images are copied.</summary>
    public async ValueTask DisposeAsync()
    {
        _uploads.Writer.TryComplete();
        await _uploading.ConfigureAwait(false);
    }

    private TransportContext Context => ImageTransfer.Context(_store, _call);

    private IEnumerable<CachePlace> Used(IEnumerable<CachePlace> places) => places.Where(place => !_givenUp.ContainsKey(place));

    private ImageLocation Rooted(ImageLocation location) => location.Rooted(_call.Surroundings.WorkingDirectory);

    private void GiveUp(CachePlace place, BuildSharpException error, string consequence)
    {
        if (_givenUp.TryAdd(place, true))
        {
            _call.Log.Warning($"--{place.Flag} {place.Text}: {error.Message}; {consequence}");
        }
    }

    private async Task<CachedStep?> PullAsync(CachePlace place, string key, Func<ImageManifest, ImageConfig, bool> isResult, CancellationToken cancellation)
    {
        async Task<CachedStep?> CopyAsync()
        {
            var source = await Rooted(place.Of(key)).OpenSourceAsync(Context, cancellation).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                // An image that is not the result of the step is left where it is, whoever put it there.
                var image = await ImageDescription.ReadAsync(source, Platform.Host, cancellation).ConfigureAwait(false);
                var config = ImageConfig.Parse(image.Config.Span);
                if (image.Named.IsIndex || !isResult(ImageManifest.Parse(image.Manifest.Bytes.Span, image.Manifest.MediaType), config))
                {
                    _call.Debug?.Report($"cache: the image {place.Name}:{place.NameOf(key)} is not the result of the step");
                    return null;
                }

                var destination = new StorageDestination(_store, []);
                await using (destination.ConfigureAwait(false))
                {
                    var options = new CopyOptions { Debug = _call.Debug, Progress = _call.Surroundings.Progress };
                    await new ImageCopier().CopyAsync(source, destination, options, progress: null, cancellation).ConfigureAwait(false);
                    (source as RegistrySource)?.RememberLayers(destination.Image!, _store, _call.Debug);
                    return new CachedStep(destination.Image!, config, $"{place.Name}:{place.NameOf(key)}");
                }
            }
        }

        return await TransferRetry.RunAsync(CopyAsync, _call, cancellation).ConfigureAwait(false);
    }

    /// <summary>Says once when BuildKit keeps its cache in a place, because steps are not found in that.</summary>
    private async Task ExamineAsync(CachePlace place, CancellationToken cancellation)
    {
        if (!place.IsDockers || !_examined.TryAdd(place, true))
        {
            return;
        }

        var location = Rooted(place.OfBuildKit());
        try
        {
            var source = await location.OpenSourceAsync(Context, cancellation).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                var manifest = await source.GetManifestAsync(null, cancellation).ConfigureAwait(false);
                if (manifest.Bytes.Span.IndexOf("application/vnd.buildkit.cacheconfig"u8) >= 0)
                {
                    _call.Log.Warning($"--{place.Flag} {place.Text}: {location} is a cache of BuildKit, whose format is not read; steps are found there once --cache-to has kept them");
                }
            }
        }
        catch (BuildSharpException error)
        {
            _call.Debug?.Report($"cache: {error.Message}");
        }
    }

    private async Task UploadAllAsync(CancellationToken cancellation)
    {
        await foreach (var upload in _uploads.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            foreach (var place in Used(_destinations).Where(place => place.HoldsAll || upload.IsInResult))
            {
                try
                {
                    await UploadAsync(upload, place, cancellation).ConfigureAwait(false);
                }
                catch (BuildSharpException error)
                {
                    GiveUp(place, error, "no more steps are kept there");
                }
            }
        }
    }

    private async Task UploadAsync(StepUpload upload, CachePlace place, CancellationToken cancellation)
    {
        var location = Rooted(place.Of(upload.Key));
        if (_store.Images.Find(upload.ImageId) is not { } image || (!upload.IsNew && await IsThereAsync(location, cancellation).ConfigureAwait(false)))
        {
            _call.Debug?.Report($"cache: {upload.ImageId} is not copied to {location}: it is there already, or in the store no more");
            return;
        }

        upload.Progress?.Report(new CachePushed(place.Name, place.NameOf(upload.Key)) { Place = upload.Place });
        var compression = CompressionChoice.OfList(_call.Flags);
        var options = new CopyOptions
        {
            Compression = compression.Kind,
            Level = compression.Level,
            ForceCompression = compression.Force,
            Debug = _call.Debug,
            Progress = _call.Surroundings.Progress,
        };
        var source = new StorageSource(_store, image, context: Context);
        await using var disposed = source.ConfigureAwait(false);
        async Task<CopyResult> CopyAsync()
        {
            var destination = await location.OpenDestinationAsync(Context, cancellation).ConfigureAwait(false);
            await using (destination.ConfigureAwait(false))
            {
                return await new ImageCopier().CopyAsync(source, destination, options, progress: null, cancellation).ConfigureAwait(false);
            }
        }

        await TransferRetry.RunAsync(CopyAsync, _call, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> IsThereAsync(ImageLocation location, CancellationToken cancellation)
    {
        try
        {
            var source = await location.OpenSourceAsync(Context, cancellation).ConfigureAwait(false);
            await source.DisposeAsync().ConfigureAwait(false);
            return true;
        }
        catch (BuildSharpException error)
        {
            // When the place cannot be asked, the copy to it says why.
            _call.Debug?.Report($"cache: {error.Message}");
            return false;
        }
    }
}
