using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Takes one image: first its blobs, then its manifest, then the commit. Disposing without commit leaves what was there.</summary>
public interface IImageDestination : IAsyncDisposable
{
    /// <summary>Manifest types it can hold, the one it likes most first.</summary>
    IReadOnlyList<string> ManifestTypes { get; }

    /// <summary>How it wants layers.</summary>
    LayerWish LayerWish { get; }

    /// <summary>How many blobs may come at the same time; with 1, layers come lowest first.</summary>
    int ParallelBlobs { get; }

    /// <summary>Uses a blob that is already there. Idempotent.</summary>
    /// <returns>Its descriptor, or null when the bytes are needed.</returns>
    ValueTask<Descriptor?> TryReuseBlobAsync(BlobInfo blob, CancellationToken cancellationToken);

    /// <summary>Takes a blob's bytes, in one pass.</summary>
    /// <param name="content">The bytes; throws at its end when it is not what it was to be, and then nothing of it may be kept.</param>
    /// <param name="blob">What is known of it.</param>
    /// <param name="cancellationToken">Asks to stop.</param>
    /// <returns>Type, hash and length of the bytes that were taken.</returns>
    ValueTask<Descriptor> PutBlobAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken);

    /// <summary>Takes the manifest whose blobs are all there.</summary>
    ValueTask PutManifestAsync(ManifestBlob manifest, CancellationToken cancellationToken);

    /// <summary>Makes the image visible under its name.</summary>
    ValueTask CommitAsync(CancellationToken cancellationToken);
}

/// <summary>How a destination wants layers (containers/image, types.ImageDestination).</summary>
public enum LayerWish
{
    /// <summary>As they are at the source.</summary>
    AsTheyAre,

    /// <summary>Compressed; a plain one is compressed on the way.</summary>
    Compressed,

    /// <summary>Plain; a compressed one is decompressed on the way.</summary>
    Plain,
}

/// <summary>What is known of a blob before its bytes are seen.</summary>
public sealed record BlobInfo
{
    /// <summary>Type of the bytes that come.</summary>
    public required string MediaType { get; init; }

    /// <summary>Hash of the bytes that come, which their stream checks; null when they are compressed on the way.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Length of the bytes that come; null when they are compressed on the way.</summary>
    public long? Size { get; init; }

    /// <summary>Of a layer: hash of its plain tar, as the config says; null when there is no image config.</summary>
    public DiffId? DiffId { get; init; }

    /// <summary>Of a layer: its place from the bottom; null for the config.</summary>
    public int? LayerIndex { get; init; }
}
