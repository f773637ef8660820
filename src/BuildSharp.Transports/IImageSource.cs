using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>An image, or an index of images, for reading. Members may be called from several threads at once.</summary>
public interface IImageSource : IAsyncDisposable
{
    /// <summary>Names of the image at the source that are valid in the local store; empty when it has none.</summary>
    IReadOnlyList<string> SuggestedNames { get; }

    /// <summary>Whether blobs come from another machine, so that reading several at once saves time whatever the number of
    /// processors.</summary>
    bool IsRemote => false;

    /// <summary>The bytes of the manifest, unchanged.</summary>
    /// <param name="instance">An entry of the index that a call with null returned; null for the manifest that the location names.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    ValueTask<ManifestBlob> GetManifestAsync(Digest? instance, CancellationToken cancellationToken);

    /// <summary>The manifest whose digest a manifest list uses for the image. Differs from <see cref="GetManifestAsync"/> when layers are
    /// not kept in the form that the manifest describes.</summary>
    /// <param name="cancellationToken">Stops the read.</param>
    ValueTask<ManifestBlob> GetListedManifestAsync(CancellationToken cancellationToken) => GetManifestAsync(null, cancellationToken);

    /// <summary>Opens a layer as the listed manifest describes it, when that differs from the manifest and the bytes can be had from
    /// elsewhere. The stream verifies size and digest.</summary>
    /// <param name="blob">The layer in the listed manifest.</param>
    /// <param name="diffId">Digest of the uncompressed layer.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>Null when it is not known where the bytes are.</returns>
    /// <exception cref="OriginalLayerException">They are not where they were. Reading the stream may throw this, too.</exception>
    ValueTask<Stream?> OpenListedLayerAsync(Descriptor blob, DiffId diffId, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream?>(null);

    /// <summary>Opens a blob of the manifest. The stream verifies size and digest while it is read and throws
    /// <see cref="BuildSharpException"/> at its end when one is wrong. The caller disposes it.</summary>
    ValueTask<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken);
}
