using BuildSharp.Oci;
using BuildSharp.Transports.Trust;

namespace BuildSharp.Transports.Docker;

/// <summary>An image in a registry, <c>docker://</c>.</summary>
public sealed record RegistryLocation : ImageLocation
{
    private RegistryLocation(Reference name) => Name = name;

    /// <summary>Full name with tag or digest.</summary>
    public Reference Name { get; }

    /// <inheritdoc/>
    public override string Transport => "docker";

    /// <inheritdoc/>
    public override string Details => "//" + Name;

    /// <inheritdoc/>
    public override Reference ImageName => Name;

    /// <inheritdoc/>
    public override bool HoldsLists => true;

    /// <summary>Parses <c>//[host/]path[:tag|@digest]</c>.</summary>
    /// <exception cref="BuildSharpException">The name is invalid, or has both tag and digest.</exception>
    public static RegistryLocation Parse(string details)
    {
        var name = Reference.ParseNormalized(details[2..]);
        return name is { Tag: not null, Digest: not null }
            ? throw new BuildSharpException($"docker:{details}: a name with both a tag and a digest is not supported here; give one of them")
            : Of(name);
    }

    /// <summary>The location of an image. Its digest takes precedence over its tag, and the default tag is <c>latest</c>.</summary>
    /// <param name="name">A name with a domain.</param>
    public static RegistryLocation Of(Reference name) => new(name.Digest is null ? name.WithDefaultTag() : name with { Tag = null });

    internal override IEnumerable<string> PolicyScopes(TransportContext context) =>
        PolicyScope.OfName(Name);

    private protected override async ValueTask<IImageSource> OpenTrustedAsync(
        TransportContext context, CancellationToken cancellationToken) =>
        await RegistrySource.OpenAsync(Name, Access(context), cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IImageDestination>(new RegistryDestination(Name, Access(context), KnownBlobs.Of(context.Store, context.Debug)));

    private RegistryAccess Access(TransportContext context) =>
        context.Registries ?? throw new BuildSharpException($"{this}: this command does not use registries");
}
