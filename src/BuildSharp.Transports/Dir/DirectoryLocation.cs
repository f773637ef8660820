using BuildSharp.Oci;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Transports;

/// <summary>One image as loose files: <c>dir:path</c>.</summary>
public sealed record DirectoryLocation : ImageLocation
{
    internal const string VersionFile = "version";
    internal const string ManifestFile = "manifest.json";
    internal const string VersionStart = "Directory Transport Version: ";

    private DirectoryLocation(string path) => Details = path;

    /// <inheritdoc/>
    public override string Transport => "dir";

    /// <summary>The directory.</summary>
    public override string Details { get; }

    /// <summary>Takes the path as it is, colons included.</summary>
    /// <exception cref="BuildSharpException">It is empty.</exception>
    public static DirectoryLocation Parse(string details) =>
        details.Length > 0 ? new DirectoryLocation(details) : throw new BuildSharpException("dir: a path is needed after \"dir:\"");

    /// <inheritdoc/>
    public override bool HoldsLists => true;

    /// <inheritdoc/>
    public override ImageLocation Rooted(string directory) => new DirectoryLocation(Path.GetFullPath(Details, directory));

    internal override IEnumerable<string> PolicyScopes(TransportContext context) => PolicyScope.OfPath(Details);

    private protected override ValueTask<IImageSource> OpenTrustedAsync(TransportContext context, CancellationToken cancellationToken) =>
        File.Exists(Path.Combine(Details, ManifestFile))
            ? ValueTask.FromResult<IImageSource>(new DirectorySource(Details))
            : throw new BuildSharpException($"{this}: there is no {ManifestFile} in {Details}");

    /// <inheritdoc/>
    public override ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IImageDestination>(DirectoryDestination.Open(Details));

    /// <summary>File of the manifest of one image of a list.</summary>
    internal static string InstanceFileName(Digest digest) => $"{BlobFileName(digest)}.{ManifestFile}";

    /// <summary>File of a blob: the hex part alone for SHA-256, which older readers expect.</summary>
    internal static string BlobFileName(Digest digest) => digest.Algorithm == "sha256" ? digest.Hex : $"{digest.Algorithm}-{digest.Hex}";
}
