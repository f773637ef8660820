using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Receives one image: its blobs, then its manifest, then the commit. Disposing it without a commit keeps an existing
/// image.</summary>
public interface IImageDestination : IAsyncDisposable
{
    /// <summary>Manifest types that the destination can hold, the preferred one first.</summary>
    IReadOnlyList<string> ManifestTypes { get; }

    /// <summary>Preferred compression of layers.</summary>
    LayerWish LayerWish { get; }

    /// <summary>Number of blobs that may be written in parallel; with 1, layers are written from the lowest up.</summary>
    int ParallelBlobs { get; }

    /// <summary>Whether blobs go to another machine, so that writing several at once saves time whatever the number of
    /// processors.</summary>
    bool IsRemote => false;

    /// <summary>Whether each layer must be reused or put, even one whose blob occurred before, because layers are stacked.</summary>
    bool StacksLayers => false;

    /// <summary>Whether config and uncompressed layers must be named by SHA-256, because IDs are made of these digests.</summary>
    bool RequiresSha256 => false;

    /// <summary>Takes note of the index from which the image was chosen. Most destinations keep nothing of it.</summary>
    ValueTask PutIndexAsync(ManifestBlob index, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Takes note of the image's layers before the first of them is reused or put. Most destinations need not know them.</summary>
    /// <param name="layers">All layers, from the lowest up.</param>
    void ExpectLayers(IReadOnlyList<BlobInfo> layers)
    {
    }

    /// <summary>Uses a blob that the destination already has. Idempotent.</summary>
    /// <returns>Descriptor of the blob; null when its bytes must be written.</returns>
    ValueTask<Descriptor?> TryReuseBlobAsync(BlobInfo blob, CancellationToken cancellationToken);

    /// <summary>Writes a blob in one pass.</summary>
    /// <param name="content">The bytes. The stream throws at its end when size or digest is wrong; then no part of the blob may be
    /// kept.</param>
    /// <param name="blob">Known properties of the blob.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <returns>Type, digest and size of the written bytes.</returns>
    ValueTask<Descriptor> PutBlobAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken);

    /// <summary>Whether <see cref="PutBlobAsync"/> may be called again for a blob that it failed to write. Waits until then.</summary>
    /// <param name="failure">Why it failed.</param>
    /// <param name="attempt">Number of the failed attempt, from 1.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    ValueTask<bool> MayTryAgainAsync(BuildSharpException failure, int attempt, CancellationToken cancellationToken) =>
        ValueTask.FromResult(false);

    /// <summary>Writes the manifest, after all its blobs.</summary>
    ValueTask PutManifestAsync(ManifestBlob manifest, CancellationToken cancellationToken);

    /// <summary>Makes the image visible under its name.</summary>
    ValueTask CommitAsync(CancellationToken cancellationToken);
}

/// <summary>Layer compression that a destination prefers (containers/image, types.ImageDestination).</summary>
public enum LayerWish
{
    /// <summary>The compression at the source.</summary>
    AsTheyAre,

    /// <summary>Compressed; an uncompressed layer is compressed during the copy.</summary>
    Compressed,

    /// <summary>Uncompressed; a compressed layer is decompressed during the copy.</summary>
    Plain,
}

/// <summary>Properties of a blob that are known before its bytes are read.</summary>
public sealed record BlobInfo
{
    /// <summary>Media type of the bytes.</summary>
    public required string MediaType { get; init; }

    /// <summary>Digest of the bytes, which their stream verifies; null when they are compressed during the copy.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Size of the bytes; null when they are compressed during the copy.</summary>
    public long? Size { get; init; }

    /// <summary>For a layer: digest of the uncompressed tar, from the config; null when there is no image config.</summary>
    public DiffId? DiffId { get; init; }

    /// <summary>For a layer that must not be distributed: addresses from which it can be fetched.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>For a layer: index from the bottom, from 0; null for the config.</summary>
    public int? LayerIndex { get; init; }
}
