using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;
using BuildSharp.Transports;
using BuildSharp.Transports.ContainersStorage;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Transfers;

/// <summary>Copies images between the store and other transports, with progress on standard error.</summary>
internal static class ImageTransfer
{
    /// <summary>Copies an image into the store and gives it the names it has at the source.</summary>
    public static async Task<StoredImage> PullAsync(
        Store store, ImageLocation location, Platform? platform, Invocation call, CancellationToken cancellation)
    {
        call.Debug?.Report($"reading {location}");
        IProgress<CopyEvent>? progress = null;
        async Task<StoredImage> CopyAsync()
        {
            var source = await location.OpenSourceAsync(Context(store, call) with { Platform = platform }, cancellation).ConfigureAwait(false);
            await using (source.ConfigureAwait(false))
            {
                progress ??= Progress(call);
                var destination = new StorageDestination(store, source.SuggestedNames);
                await using (destination.ConfigureAwait(false))
                {
                    var options = new CopyOptions { Platform = platform, Debug = call.Debug, Progress = call.Surroundings.Progress };
                    await new ImageCopier().CopyAsync(source, destination, options, progress, cancellation).ConfigureAwait(false);
                    (source as RegistrySource)?.RememberLayers(destination.Image!, store, call.Debug);
                    return destination.Image!;
                }
            }
        }

        return await TransferRetry.RunAsync(CopyAsync, call, cancellation).ConfigureAwait(false);
    }

    /// <summary>Copies an image from the store to a destination and returns the digest of the manifest written there.</summary>
    /// <param name="store">The store.</param>
    /// <param name="image">The image in it.</param>
    /// <param name="name">Name by which the user referred to the image, with its tag; null for an ID, and for an image built for the
    /// destination.</param>
    /// <param name="location">The destination.</param>
    /// <param name="compression">Compression of the layers.</param>
    /// <param name="format">Media type of the manifest; null to keep the image's.</param>
    /// <param name="call">The command line.</param>
    /// <param name="cancellation">Stops the copy.</param>
    public static async Task<Digest> PushAsync(
        Store store, StoredImage image, string? name, ImageLocation location, CompressionChoice compression, string? format, Invocation call,
        CancellationToken cancellation)
    {
        // A name with a digest has no tag to pass on.
        var tag = name is not null && Reference.TryParse(name, out var reference) && reference is { Tag: not null, Digest: null } ? reference : null;
        var context = Context(store, call) with { SourceName = tag };
        return await PushAsync(new StorageSource(store, image, context: context), context, location, compression, format, call, cancellation).ConfigureAwait(false);
    }

    /// <summary>Copies an image to a destination and returns the digest of the manifest written there.</summary>
    /// <param name="source">The image; disposed.</param>
    /// <param name="context">For opening the destination.</param>
    /// <param name="location">The destination.</param>
    /// <param name="compression">Compression of the layers.</param>
    /// <param name="format">Media type of the manifest; null to keep the image's.</param>
    /// <param name="call">The command line.</param>
    /// <param name="cancellation">Stops the copy.</param>
    public static async Task<Digest> PushAsync(
        IImageSource source, TransportContext context, ImageLocation location, CompressionChoice compression, string? format, Invocation call,
        CancellationToken cancellation)
    {
        await using (source.ConfigureAwait(false))
        {
            TrustPolicyFile.CheckGiven(call);
            var options = Options(compression, format, call);
            call.Debug?.Report($"writing {location}");
            var progress = Progress(call);
            async Task<Digest> CopyAsync(CopyOptions how)
            {
                var destination = await location.OpenDestinationAsync(context, cancellation).ConfigureAwait(false);
                await using (destination.ConfigureAwait(false))
                {
                    var result = await new ImageCopier().CopyAsync(source, destination, how, progress, cancellation).ConfigureAwait(false);
                    return result.Manifest.Digest;
                }
            }

            return await FormatFallback.RunAsync(
                options, location, call, how => TransferRetry.RunAsync(() => CopyAsync(how), call, cancellation)).ConfigureAwait(false);
        }
    }

    /// <summary>Copies a manifest list from the store to a destination and returns the digest written there.</summary>
    /// <exception cref="BuildSharpException">The destination cannot hold a list, or an image of the list is not available.</exception>
    public static async Task<Digest> PushListAsync(
        Store store, StoredImage list, ImageLocation location, CompressionChoice compression, string? format, ListCopyOptions images, Invocation call,
        CancellationToken cancellation)
    {
        if (!location.HoldsLists)
        {
            var instead = location is StorageLocation ? "\"tag\" gives the list another name" : "\"push\" writes the image of this machine's platform";
            throw new BuildSharpException(
                $"copying multiple images: destination transport {GoQuoting.Quote(location.Transport)} does not support copying multiple images as a group; {instead}");
        }

        TrustPolicyFile.CheckGiven(call);
        call.Debug?.Report($"writing {location}");
        var source = new StoredListSource(store, list, Context(store, call));
        var progress = TransferPrinter.Of(call);
        async Task<Digest> CopyAsync(CopyOptions how)
        {
            var destination = await location.OpenDestinationAsync(Context(store, call), cancellation).ConfigureAwait(false);
            await using (destination.ConfigureAwait(false))
            {
                var written = await ImageListCopier
                    .CopyAsync(source, (IImageListDestination)destination, how, images, progress, cancellation)
                    .ConfigureAwait(false);
                return written.Digest;
            }
        }

        return await FormatFallback.RunAsync(
            Options(compression, format, call), location, call,
            how => TransferRetry.RunAsync(() => CopyAsync(how), call, cancellation)).ConfigureAwait(false);
    }

    /// <summary>Parses a push destination. Text without a transport is a name in a registry.</summary>
    /// <exception cref="BuildSharpException">The text is neither.</exception>
    public static ImageLocation Destination(string text)
    {
        if (TransportTable.TryParse(text, out var location))
        {
            return location;
        }

        if (text.Contains("://", StringComparison.Ordinal))
        {
            return TransportTable.Parse(text);
        }

        try
        {
            return TransportTable.Parse("docker://" + text);
        }
        catch (BuildSharpException error) when (text.IndexOf(':') is > 0 and var colon && text.IndexOf(':', colon + 1) > 0)
        {
            // Text with a colon that is not a registry name was probably meant as TRANSPORT:….
            throw new BuildSharpException(
                $"Invalid image name {GoQuoting.Quote(text)}, unknown transport {GoQuoting.Quote(text[..colon])};"
                + $" known are {string.Join(", ", TransportTable.KnownNames)}", error);
        }
    }

    /// <summary>Settings of this command for opening a source or destination.</summary>
    public static TransportContext Context(Store store, Invocation call) => new()
    {
        Debug = call.Debug,
        Store = store,
        Registries = RegistrySettings.Access(call),
        Policy = () => TrustPolicyFile.Read(call),
        DaemonHost = DaemonHost(call),
        TemporaryDirectory = FetchSettings.TemporaryDirectory(call),
    };

    /// <summary>Address of the Docker daemon; null for the standard one.</summary>
    public static string? DaemonHost(Invocation call) =>
        call.Surroundings.Environment.GetValueOrDefault("DOCKER_HOST") is { Length: > 0 } host ? host : null;

    private static CopyOptions Options(CompressionChoice compression, string? format, Invocation call) => new()
    {
        Compression = compression.Kind,
        Level = compression.Level,
        KeepPlain = compression.KeepPlain,
        ForceCompression = compression.Force,
        Format = format,
        Debug = call.Debug,
        Warnings = new LogWarnings(call.Log),
        Progress = call.Surroundings.Progress,
    };

    private static IProgress<CopyEvent>? Progress(Invocation call)
    {
        var progress = TransferPrinter.Of(call);
        (progress as TransferPrinter)?.Say("Getting image source signatures");

        return progress;
    }
}
