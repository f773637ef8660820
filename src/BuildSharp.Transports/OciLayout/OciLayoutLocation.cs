using BuildSharp.Oci;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Transports.OciLayout;

/// <summary>An image in an OCI layout directory: <c>oci:path[:name|:@index|:@digest]</c> (containers-transports(5)).</summary>
public sealed record OciLayoutLocation : ImageLocation
{
    private readonly ImageChoice _choice;

    private OciLayoutLocation(string path, ImageChoice choice)
    {
        Path = path;
        _choice = choice;
    }

    /// <summary>Path of the layout.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override string Transport => "oci";

    /// <inheritdoc/>
    public override string Details => Path + _choice;

    /// <summary>Parses <c>path[:name|:@index|:@digest]</c>; the path ends at the first colon.</summary>
    /// <exception cref="BuildSharpException">The path is missing, or the image-spec does not allow the name.</exception>
    public static OciLayoutLocation Parse(string details)
    {
        var (path, choice) = ImageChoice.Split("oci", details);
        return choice.IsForReading ? new OciLayoutLocation(path, choice) : Of(path, choice.Name);
    }

    /// <summary>The location of an image in a layout whose path may have colons.</summary>
    /// <exception cref="BuildSharpException">The image-spec does not allow the name.</exception>
    public static OciLayoutLocation Of(string path, string? name)
    {
        if (name is not null)
        {
            OciImageName.Check(name);
        }

        return new OciLayoutLocation(path, new ImageChoice(name, null));
    }

    /// <inheritdoc/>
    public override bool HoldsLists => true;

    /// <inheritdoc/>
    public override ImageLocation Rooted(string directory) => new OciLayoutLocation(System.IO.Path.GetFullPath(Path, directory), _choice);

    /// <summary>Removes the image from the layout, and the blobs that no other image there has.</summary>
    /// <exception cref="BuildSharpException">There is no such image.</exception>
    public Task DeleteAsync(TransportContext context, CancellationToken cancellationToken) => File.Exists(System.IO.Path.Combine(Path, OciLayoutFiles.MarkerPath))
        ? new OciLayoutDeletion(Path).RunAsync(_choice, context.Debug, cancellationToken)
        : throw new BuildSharpException($"{this}: {Path} is no OCI layout");

    internal override IEnumerable<string> PolicyScopes(TransportContext context) => PolicyScope.OfPath(Path);

    private protected override ValueTask<IImageSource> OpenTrustedAsync(TransportContext context, CancellationToken cancellationToken) =>
        Directory.Exists(Path)
            ? ValueTask.FromResult<IImageSource>(new OciLayoutSource(new LayoutDirectory(Path), _choice, isArchive: false))
            : throw new BuildSharpException($"{this}: there is no directory {Path}");

    /// <inheritdoc/>
    public override ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken) =>
        !_choice.IsForReading
            ? ValueTask.FromResult<IImageDestination>(OciLayoutDestination.Open(Path, _choice.Name, context.Debug))
            : throw new BuildSharpException($"{this}: an image can be read by its place or digest, but is written by name");
}
