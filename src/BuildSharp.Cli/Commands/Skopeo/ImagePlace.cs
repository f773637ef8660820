using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Commands.Registries;
using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Cli.Commands.Transfers;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Transports;
using BuildSharp.Transports.ContainersStorage;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Cli.Commands.Skopeo;

/// <summary>A place of an image on the command line of a skopeo verb, with the settings to open it. Disposing it closes the local
/// store.</summary>
internal sealed class ImagePlace : IDisposable
{
    private static readonly byte[] AcceptAll = """{"default":[{"type":"insecureAcceptAnything"}]}"""u8.ToArray();

    private readonly Store? _store;

    private ImagePlace(ImageLocation location, TransportContext context, Store? store)
    {
        Location = location;
        Context = context;
        _store = store;
    }

    /// <summary>The place.</summary>
    public ImageLocation Location { get; }

    /// <summary>Settings for opening it.</summary>
    public TransportContext Context { get; }

    /// <summary>Parses a place.</summary>
    /// <param name="call">The command line.</param>
    /// <param name="text"><c>transport:details</c>.</param>
    /// <param name="what">Start of the message for an invalid place.</param>
    /// <param name="prefix">Prefix of the flags for this place.</param>
    /// <param name="names">Further names of an image that is written.</param>
    /// <param name="needsFiles">Whether files of layers in the local store are read or changed, which belong to several users.</param>
    /// <exception cref="BuildSharpException">The text is no place, or flags contradict each other.</exception>
    public static ImagePlace Parse(Invocation call, string text, string what, string prefix = "", IReadOnlyList<Reference>? names = null, bool needsFiles = true)
    {
        var location = ParseLocation(text, what);
        return names is null or [] || location.Transport == "docker-archive"
            ? Of(call, location, SkopeoFlags.Choice(call, prefix), names, DaemonHost(call, prefix), needsFiles)
            : throw new BuildSharpException($"--additional-tag: only a docker-archive has several names, and the destination is {location}");
    }

    /// <summary>A place with the settings of the command.</summary>
    public static ImagePlace Of(Invocation call, ImageLocation location, RegistryChoice choice, IReadOnlyList<Reference>? names = null, string? daemon = null, bool needsFiles = true)
    {
        // Only the local store needs one, and opening it creates it.
        var store = location is not StorageLocation ? null : needsFiles ? call.OpenStoreAsRoot() : call.OpenStore();
        return new ImagePlace(location, new TransportContext
        {
            Debug = call.Debug,
            Store = store,
            Registries = RegistrySettings.Access(call, choice),
            Policy = () => PolicyOf(call),
            TemporaryDirectory = RegistryConfiguration.PathOf(call, "tmpdir") ?? FetchSettings.TemporaryDirectory(call),
            DaemonHost = daemon ?? ImageTransfer.DaemonHost(call),
            AdditionalNames = names ?? [],
            Platform = SkopeoFlags.PlatformOf(call.Flags),
        }, store);
    }

    /// <summary>Whether a place is in the local store.</summary>
    public static bool IsInStore(string text) => text.StartsWith("containers-storage:", StringComparison.Ordinal);

    /// <summary>Parses a location, with skopeo's messages.</summary>
    /// <exception cref="BuildSharpException">The text is none.</exception>
    public static ImageLocation ParseLocation(string text, string what)
    {
        try
        {
            var colon = text.IndexOf(':');
            return TransportTable.TryParse(text, out var location) ? location : throw new BuildSharpException(colon < 0
                ? $"Invalid image name {GoQuoting.Quote(text)}, expected colon-separated transport:reference"
                : $"Invalid image name {GoQuoting.Quote(text)}, unknown transport {GoQuoting.Quote(text[..colon])}; known are {string.Join(", ", TransportTable.KnownNames)}");
        }
        catch (BuildSharpException error)
        {
            throw new BuildSharpException($"{what}: {error.Message}", error);
        }
    }

    public void Dispose() => _store?.Dispose();

    private static string? DaemonHost(Invocation call, string prefix) =>
        call.Flags.Has(prefix + "daemon-host") ? call.Flags.NonEmptyText(prefix + "daemon-host") : null;

    private static TrustPolicy PolicyOf(Invocation call) =>
        call.Flags.Bool("insecure-policy") ? TrustPolicy.Parse(AcceptAll, "--insecure-policy") : TrustPolicyFile.Read(call);
}
