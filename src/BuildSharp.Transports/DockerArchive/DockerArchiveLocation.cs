using BuildSharp.Oci;
using BuildSharp.Transports.Archives;

namespace BuildSharp.Transports.DockerArchive;

/// <summary>An image in an archive of <c>docker save</c>: <c>docker-archive:path[:name[:tag]|:@index]</c>
/// (containers-transports(5)).</summary>
public sealed record DockerArchiveLocation : ImageLocation
{
    internal const string ManifestMember = "manifest.json";

    private readonly ImageChoice _choice;

    private DockerArchiveLocation(string path, ImageChoice choice)
    {
        Path = path;
        _choice = choice;
    }

    /// <summary>Path of the tar; <c>/dev/stdin</c> and <c>/dev/stdout</c> may be pipes.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override string Transport => "docker-archive";

    /// <inheritdoc/>
    public override string Details => Path + _choice;

    /// <inheritdoc/>
    public override Reference? ImageName => _choice.Name is { } name ? Reference.Parse(name) : null;

    /// <summary>Parses <c>path[:name[:tag]|:@index]</c>. A name without a tag gets <c>:latest</c>, as in Docker.</summary>
    /// <exception cref="BuildSharpException">The path is missing, the name is invalid, or it has a digest, which these archives cannot
    /// hold.</exception>
    public static DockerArchiveLocation Parse(string details)
    {
        var (path, choice) = ImageChoice.Split("docker-archive", details);
        if (choice.Digest is not null)
        {
            throw new BuildSharpException($"docker-archive:{details}: images in such archives have tags, not digests");
        }

        return choice.Index is null ? Of(path, choice.Name) : new DockerArchiveLocation(path, choice);
    }

    /// <summary>The location of an image to write to a path, which may have colons. A name without a tag gets <c>:latest</c>.</summary>
    /// <exception cref="BuildSharpException">The name is invalid, or it has a digest.</exception>
    public static DockerArchiveLocation Of(string path, string? name)
    {
        if (name is null)
        {
            return new DockerArchiveLocation(path, new ImageChoice(null, null));
        }

        var reference = Reference.ParseNormalized(name);
        return reference.Digest is null
            ? new DockerArchiveLocation(path, new ImageChoice(reference.WithDefaultTag().ToString(), null))
            : throw new BuildSharpException($"docker-archive:{path}:{name}: images in such archives have tags, not digests");
    }

    /// <inheritdoc/>
    public override ImageLocation Rooted(string directory) => new DockerArchiveLocation(System.IO.Path.GetFullPath(Path, directory), _choice);

    /// <summary>Names of all images in the archive.</summary>
    /// <exception cref="BuildSharpException">The archive cannot be read.</exception>
    public async Task<IReadOnlyList<string>> ListNamesAsync(TransportContext context, CancellationToken cancellationToken)
    {
        using var archive = await TarArchive.OpenAsync(Path, context.TemporaryDirectory, cancellationToken).ConfigureAwait(false);
        return DockerArchiveSource.NamesIn(archive);
    }

    internal override IEnumerable<string> PolicyScopes(TransportContext context) => [];

    private protected override async ValueTask<IImageSource> OpenTrustedAsync(TransportContext context, CancellationToken cancellationToken)
    {
        var archive = await TarArchive.OpenAsync(Path, context.TemporaryDirectory, cancellationToken).ConfigureAwait(false);
        try
        {
            return DockerArchiveSource.Open(archive, _choice);
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken)
    {
        if (_choice.Index is not null)
        {
            throw new BuildSharpException($"{this}: an image can be read by its place, but is written by name");
        }

        // Adding an image would require rewriting the whole file; containers/image refuses it too.
        if (File.Exists(Path) && new FileInfo(Path).Length > 0)
        {
            throw new BuildSharpException($"{Path} exists already, and an image cannot be added to a docker-archive; remove it or choose another");
        }

        var name = _choice.Name is null ? null : Reference.Parse(_choice.Name);
        IReadOnlyList<Reference> names = [.. new[] { name, context.SourceName }.OfType<Reference>().Concat(context.AdditionalNames).Distinct()];
        return ValueTask.FromResult<IImageDestination>(new DockerArchiveDestination(Path, names, context.TemporaryDirectory));
    }
}
