using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Where an image is or shall be, as <c>transport:details</c>. Making one touches nothing; opening it does.</summary>
public abstract record ImageLocation
{
    /// <summary>The transport's name, without the colon.</summary>
    public abstract string Transport { get; }

    /// <summary>What follows the colon, in the form <see cref="TransportTable.Parse"/> reads.</summary>
    public abstract string Details { get; }

    /// <summary>Opens the image for reading, if the context's policy lets it in. There is no other way to open one, and nothing of it is read
    /// before.</summary>
    /// <exception cref="BuildSharpException">The policy does not let it in, there is no such image, or it cannot be read.</exception>
    public ValueTask<IImageSource> OpenSourceAsync(TransportContext context, CancellationToken cancellationToken)
    {
        context.Policy().Require(this, context);
        return OpenTrustedAsync(context, cancellationToken);
    }

    /// <summary>What the place is called in a policy's scopes for the transport: the most specific first, without the empty one.</summary>
    /// <param name="context">What finding that out may need.</param>
    internal abstract IEnumerable<string> PolicyScopes(TransportContext context);

    /// <summary>Opens the image for reading.</summary>
    /// <exception cref="BuildSharpException">There is no such image, or it cannot be read.</exception>
    private protected abstract ValueTask<IImageSource> OpenTrustedAsync(TransportContext context, CancellationToken cancellationToken);

    /// <summary>Opens the place for writing one image. Nothing is visible there before <see cref="IImageDestination.CommitAsync"/>.</summary>
    /// <exception cref="BuildSharpException">The place cannot be written, or holds something that is not ours to replace.</exception>
    public abstract ValueTask<IImageDestination> OpenDestinationAsync(TransportContext context, CancellationToken cancellationToken);

    /// <summary>Whether a manifest list can be written here, with its images.</summary>
    public virtual bool HoldsLists => false;

    /// <summary>The same place for a reader that has another working directory.</summary>
    /// <param name="directory">Absolute path that a relative one here starts from.</param>
    public virtual ImageLocation Rooted(string directory) => this;

    /// <summary><c>transport:details</c>.</summary>
    public sealed override string ToString() => $"{Transport}:{Details}";
}
