using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>One image, or an index of images, to be read. Members may be called at the same time from several threads.</summary>
public interface IImageSource : IAsyncDisposable
{
    /// <summary>Names that the image has there and that fit the local store; empty when it has none.</summary>
    IReadOnlyList<string> SuggestedNames { get; }

    /// <summary>The manifest as bytes, never re-written.</summary>
    /// <param name="instance">An entry of the index that a call with null returned; null for what the location itself names.</param>
    /// <param name="cancellationToken">Asks to stop.</param>
    ValueTask<ManifestBlob> GetManifestAsync(Digest? instance, CancellationToken cancellationToken);

    /// <summary>The manifest by whose digest a manifest list names the image. It differs from that of <see cref="GetManifestAsync"/> where
    /// the image's layers are no longer kept in the form that the manifest describes.</summary>
    /// <param name="cancellationToken">Asks to stop.</param>
    ValueTask<ManifestBlob> GetListedManifestAsync(CancellationToken cancellationToken) => GetManifestAsync(null, cancellationToken);

    /// <summary>Opens a blob of the manifest. The stream checks length and hash while it is read and throws
    /// <see cref="BuildSharpException"/> at the end when either is not as the descriptor says; the caller disposes it.</summary>
    ValueTask<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken);
}
