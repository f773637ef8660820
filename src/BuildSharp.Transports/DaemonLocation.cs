using BuildSharp.Oci;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Transports;

/// <summary>An image in a Docker daemon, <c>docker-daemon:</c>. The name is parsed, but opening it is not supported yet.</summary>
public sealed record DaemonLocation : ImageLocation
{
    private DaemonLocation(string details) => Details = details;

    /// <inheritdoc/>
    public override string Transport => "docker-daemon";

    /// <inheritdoc/>
    public override string Details { get; }

    /// <summary>Parses <c>name:tag</c> or <c>sha256:id</c>.</summary>
    /// <exception cref="BuildSharpException">The text is neither.</exception>
    public static DaemonLocation Parse(string details)
    {
        if (!Digest.TryParse(details, out _) && Reference.Parse(details) is { Tag: null, Digest: null })
        {
            throw new BuildSharpException($"docker-daemon:{details}: a tag is needed, as in docker-daemon:{details}:latest");
        }

        return new DaemonLocation(details);
    }

    internal override IEnumerable<string> PolicyScopes(TransportContext context) =>
        Reference.TryParse(Details, out var name) ? PolicyScope.OfName(name.InDomain("docker.io")) : [];

    private protected override ValueTask<IImageSource> OpenTrustedAsync(TransportContext context, CancellationToken cancellationToken) => throw Refusal();

    /// <inheritdoc/>
    public override ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken) =>
        throw Refusal();

    private BuildSharpException Refusal() =>
        new($"{this}: Docker daemons are not supported yet; use docker-archive: with docker save or docker load");
}
