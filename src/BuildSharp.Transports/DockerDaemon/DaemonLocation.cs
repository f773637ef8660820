using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Transports.Archives;
using BuildSharp.Transports.DockerArchive;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Transports.DockerDaemon;

/// <summary>An image in a Docker daemon: <c>docker-daemon:name:tag</c>, or <c>docker-daemon:sha256:id</c> as a source
/// (containers-transports(5)).</summary>
/// <remarks>The daemon delivers and takes archives as <c>docker save</c> writes them, through a temporary file.</remarks>
public sealed record DaemonLocation : ImageLocation
{
    private readonly Reference? _name;

    private DaemonLocation(string details, Reference? name) => (Details, _name) = (details, name);

    /// <inheritdoc/>
    public override string Transport => "docker-daemon";

    /// <inheritdoc/>
    public override string Details { get; }

    /// <inheritdoc/>
    public override Reference? ImageName => _name;

    /// <summary>Parses <c>name:tag</c> or <c>sha256:id</c>.</summary>
    /// <exception cref="BuildSharpException">The text is neither.</exception>
    public static DaemonLocation Parse(string details)
    {
        if (Digest.TryParse(details, out _))
        {
            return new DaemonLocation(details, null);
        }

        var name = Reference.ParseNormalized(details);
        return name is { Tag: not null, Digest: null }
            ? new DaemonLocation(details, name)
            : throw new BuildSharpException($"docker-daemon:{details}: a tag is needed, as in docker-daemon:{details}:latest");
    }

    internal override IEnumerable<string> PolicyScopes(TransportContext context) => _name is { } name ? PolicyScope.OfName(name) : [];

    private protected override async ValueTask<IImageSource> OpenTrustedAsync(TransportContext context, CancellationToken cancellationToken)
    {
        // Once open, the file needs no name.
        using var scratch = ScratchDirectory.Create(context.TemporaryDirectory);
        var path = Path.Combine(scratch.Path, "image.tar");
        using (var daemon = new DaemonClient(context.DaemonHost))
        {
            await daemon.SaveAsync(Details, path, cancellationToken).ConfigureAwait(false);
        }

        var archive = await TarArchive.OpenAsync(path, context.TemporaryDirectory, cancellationToken).ConfigureAwait(false);
        try
        {
            return DockerArchiveSource.Open(archive, new ImageChoice(null, null));
        }
        catch
        {
            archive.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken) => _name is { } name
        ? ValueTask.FromResult<IImageDestination>(new DaemonDestination(name, context))
        : throw new BuildSharpException($"{this}: an image can be read by its ID, but is written by name");
}
