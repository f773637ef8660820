using BuildSharp.Cli.Commands.Images;
using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Cli.Flags;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Transports;
using BuildSharp.Transports.ContainersStorage;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary>Copies an image or list from one place to another, as the flags of <c>copy</c> and <c>sync</c> say.</summary>
internal sealed class PlaceCopy
{
    private readonly Invocation _call;
    private readonly CopyOptions _options;
    private readonly bool _wantsList;
    private readonly ListCopyOptions _list;

    /// <summary>Reads the flags.</summary>
    /// <param name="call">The command line.</param>
    /// <param name="options">Changes that only this verb can make.</param>
    /// <exception cref="BuildSharpException">Flags contradict each other.</exception>
    public PlaceCopy(Invocation call, CopyOptions options)
    {
        var flags = call.Flags;
        var which = flags.Has("multi-arch") ? flags.NonEmptyText("multi-arch") : null;
        if (which is not null && flags.IsSet("all"))
        {
            throw new BuildSharpException("Cannot use --all and --multi-arch flags together");
        }

        if (which is not (null or "system" or "all" or "index-only"))
        {
            throw new BuildSharpException(
                $"unknown multi-arch option {GoQuoting.Quote(which)}. Choose one of the supported options: 'system', 'all', or 'index-only'");
        }

        _call = call;
        _wantsList = flags.Bool("all") || which is "all" or "index-only";
        _list = new ListCopyOptions { Images = which != "index-only" };
        _options = options with
        {
            Format = FormatOf(flags.NonEmptyText("format")),
            PreserveDigests = flags.Bool("preserve-digests"),
            Platform = SkopeoFlags.PlatformOf(flags),
            Debug = call.Debug,
            Warnings = new LogWarnings(call.Log),
            Progress = call.Surroundings.Progress,
        };
    }

    /// <summary>Flags that both verbs have.</summary>
    public static IReadOnlyList<FlagDefinition> Flags { get; } =
    [
        Flag.Bool("all", "copy a list with all its images, not only the one for this machine", 'a'),
        Flag.Text("format", "format of the manifest: oci or v2s2", 'f', value: "format") with { Values = ["oci", "v2s2"] },
        Flag.Bool("preserve-digests", "fail rather than change a manifest"),
        Flag.Text("authfile", "file with registry credentials", variable: "REGISTRY_AUTH_FILE", value: "file"),
        Flag.Bool("tls-verify", "require HTTPS and a valid certificate on both sides", on: true).Hide(),
        ProgressFlags.Progress,
        .. SkopeoFlags.Access("src-", " of the source"),
        .. SkopeoFlags.Access("dest-", " of the destination"),
        .. SkopeoFlags.Retry,
        .. SkopeoFlags.Signing,
    ];

    /// <summary>Copies, and tries again what a registry interrupted.</summary>
    /// <returns>Digest of the manifest or list at the destination.</returns>
    public Task<Digest> RunAsync(ImagePlace from, ImagePlace to, CancellationToken cancellation)
    {
        var progress = TransferPrinter.Of(_call, _call.Out);
        (progress as TransferPrinter)?.Say("Getting image source signatures");
        return FormatFallback.RunAsync(
            _options, to.Location, _call,
            how => TransferRetry.RunAsync(() => CopyAsync(from, to, how, progress, cancellation), _call, cancellation));
    }

    /// <summary>Warns of the flag that skopeo has replaced by one for each side.</summary>
    public static void WarnOfOldFlag(Invocation call)
    {
        if (call.Flags.IsSet("tls-verify"))
        {
            call.Log.Warning("'--tls-verify' is deprecated, instead use: --src-tls-verify, --dest-tls-verify");
        }
    }

    private async Task<Digest> CopyAsync(ImagePlace from, ImagePlace to, CopyOptions how, IProgress<CopyEvent>? progress, CancellationToken cancellation)
    {
        var source = await from.Location.OpenSourceAsync(from.Context, cancellation).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            var manifest = await source.GetManifestAsync(null, cancellation).ConfigureAwait(false);
            var asList = _wantsList && manifest.IsIndex;
            if (asList && !to.Location.HoldsLists)
            {
                throw new BuildSharpException($"copying multiple images: destination transport {GoQuoting.Quote(to.Location.Transport)} does not support copying multiple images as a group");
            }

            // The store of either side remembers where the compressed forms of layers are.
            var context = to.Context with { Store = to.Context.Store ?? from.Context.Store };
            var destination = await to.Location.OpenDestinationAsync(context, cancellation).ConfigureAwait(false);
            await using (destination.ConfigureAwait(false))
            {
                if (asList)
                {
                    return (await ImageListCopier.CopyAsync(
                        new SourceList(source, manifest), (IImageListDestination)destination, how, _list, progress, cancellation).ConfigureAwait(false)).Digest;
                }

                var copied = await new ImageCopier().CopyAsync(source, destination, how, progress, cancellation).ConfigureAwait(false);
                if (source is RegistrySource registry && destination is StorageDestination { Image: { } image } && to.Context.Store is { } store)
                {
                    registry.RememberLayers(image, store, _call.Debug);
                }

                return copied.Manifest.Digest;
            }
        }
    }

    private static string? FormatOf(string? text) => text is null or "oci" or "v2s1" or "v2s2"
        ? ImageFormat.MediaTypeOfPush(text)
        : throw new BuildSharpException($"unknown format {GoQuoting.Quote(text)}. Choose one of the supported formats: 'oci', 'v2s1', or 'v2s2'");
}
