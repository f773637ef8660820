using BuildSharp.Oci;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Transports.Dir;

/// <summary>An image as separate files in a directory: <c>dir:path</c> (containers-transports(5)).</summary>
public sealed record DirectoryLocation : ImageLocation
{
    internal const string VersionFile = "version";
    internal const string ManifestFile = "manifest.json";
    internal const string VersionStart = "Directory Transport Version: ";

    private DirectoryLocation(string path) => Details = path;

    /// <inheritdoc/>
    public override string Transport => "dir";

    /// <summary>Path of the directory.</summary>
    public override string Details { get; }

    /// <summary>Uses the whole text as the path, including colons.</summary>
    /// <exception cref="BuildSharpException">The text is empty.</exception>
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

    /// <summary>File name of the manifest of one image of a list.</summary>
    internal static string InstanceFileName(Digest digest) => $"{BlobFileName(digest)}.{ManifestFile}";

    /// <summary>File name of a blob. For SHA-256 it is the hex part alone, which older readers expect.</summary>
    internal static string BlobFileName(Digest digest) => digest.Algorithm == "sha256" ? digest.Hex : $"{digest.Algorithm}-{digest.Hex}";
}
