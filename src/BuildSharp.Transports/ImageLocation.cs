using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Location of an image, <c>transport:details</c>. Only opening it accesses files; creating the value does not.</summary>
public abstract record ImageLocation
{
    /// <summary>Name of the transport, without the colon.</summary>
    public abstract string Transport { get; }

    /// <summary>Text after the colon, in the form that <see cref="TransportTable.Parse"/> reads.</summary>
    public abstract string Details { get; }

    /// <summary>Opens the image for reading if the policy of the context accepts it. This is the only way to open a source, and it reads
    /// nothing of the image before the policy check.</summary>
    /// <exception cref="BuildSharpException">The policy rejects the image, it does not exist, or it cannot be read.</exception>
    public ValueTask<IImageSource> OpenSourceAsync(TransportContext context, CancellationToken cancellationToken)
    {
        context.Policy().Require(this, context);
        return OpenTrustedAsync(context, cancellationToken);
    }

    /// <summary>Scopes of the location in a trust policy, the most specific first, without the empty scope.</summary>
    /// <param name="context">Used when finding the scopes requires opening a store.</param>
    internal abstract IEnumerable<string> PolicyScopes(TransportContext context);

    /// <summary>Opens the image for reading.</summary>
    /// <exception cref="BuildSharpException">The image does not exist or cannot be read.</exception>
    private protected abstract ValueTask<IImageSource> OpenTrustedAsync(TransportContext context, CancellationToken cancellationToken);

    /// <summary>Opens the location for writing one image, which becomes visible with <see cref="IImageDestination.CommitAsync"/>.</summary>
    /// <exception cref="BuildSharpException">The location cannot be written, or has content that must not be replaced.</exception>
    public abstract ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken);

    /// <summary>Full name of the image in the location; null when the location has none, or names it in another way.</summary>
    public virtual Reference? ImageName => null;

    /// <summary>Whether a manifest list with its images can be written here.</summary>
    public virtual bool HoldsLists => false;

    /// <summary>The location with absolute paths, so that it is valid in any working directory.</summary>
    /// <param name="directory">Absolute path of the directory that relative paths start from.</param>
    public virtual ImageLocation Rooted(string directory) => this;

    /// <summary><c>transport:details</c>.</summary>
    public sealed override string ToString() => $"{Transport}:{Details}";
}
