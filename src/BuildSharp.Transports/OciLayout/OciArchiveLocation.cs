using BuildSharp.Oci;
using BuildSharp.Transports.Archives;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Transports.OciLayout;

/// <summary>An image in a tar of an OCI layout: <c>oci-archive:path[:name|:@index|:@digest]</c> (containers-transports(5)).</summary>
public sealed record OciArchiveLocation : ImageLocation
{
    private readonly ImageChoice _choice;

    private OciArchiveLocation(string path, ImageChoice choice)
    {
        Path = path;
        _choice = choice;
    }

    /// <summary>Path of the tar; <c>/dev/stdin</c> and <c>/dev/stdout</c> may be pipes.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override string Transport => "oci-archive";

    /// <inheritdoc/>
    public override string Details => Path + _choice;

    /// <summary>Parses <c>path[:name|:@index|:@digest]</c>; the path ends at the first colon.</summary>
    /// <exception cref="BuildSharpException">The path is missing, or the image-spec does not allow the name.</exception>
    public static OciArchiveLocation Parse(string details)
    {
        var (path, choice) = ImageChoice.Split("oci-archive", details);
        return choice.IsForReading ? new OciArchiveLocation(path, choice) : Of(path, choice.Name);
    }

    /// <summary>The location of an image to write to a path, which may have colons.</summary>
    /// <exception cref="BuildSharpException">The image-spec does not allow the name.</exception>
    public static OciArchiveLocation Of(string path, string? name)
    {
        if (name is not null)
        {
            OciImageName.Check(name);
        }

        return new OciArchiveLocation(path, new ImageChoice(name, null));
    }

    /// <inheritdoc/>
    public override bool HoldsLists => true;

    /// <inheritdoc/>
    public override ImageLocation Rooted(string directory) => new OciArchiveLocation(System.IO.Path.GetFullPath(Path, directory), _choice);

    internal override IEnumerable<string> PolicyScopes(TransportContext context) => PolicyScope.OfPath(Path);

    private protected override async ValueTask<IImageSource> OpenTrustedAsync(TransportContext context, CancellationToken cancellationToken)
    {
        var archive = await TarArchive.OpenAsync(Path, context.TemporaryDirectory, cancellationToken).ConfigureAwait(false);
        try
        {
            return new OciLayoutSource(new LayoutArchive(archive), _choice, isArchive: true);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken) =>
        !_choice.IsForReading
            ? ValueTask.FromResult<IImageDestination>(new OciArchiveDestination(Path, _choice.Name, context.TemporaryDirectory))
            : throw new BuildSharpException($"{this}: an image can be read by its place or digest, but is written by name");

    private sealed class LayoutArchive(TarArchive archive) : ILayoutFiles
    {
        public string Name => archive.Name;

        public Stream? Open(string path) => archive.Open(path);

        public void Dispose() => archive.Dispose();
    }
}
