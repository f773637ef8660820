using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Records;

namespace BuildSharp.Transports.ContainersStorage;

/// <summary>Writes an image to the local store. Layers are unpacked under IDs derived from their diff IDs, as in containers/storage;
/// manifest and config keep their bytes.</summary>
/// <remarks>A layer that the store already has is not read from the source. A name moves from the image that had it. After a failed copy
/// the layers stay without an image, and the next copy uses them.</remarks>
/// <param name="store">The store.</param>
/// <param name="names">Full references for the image; empty for an image known by its ID only.</param>
/// <param name="disposesStore">Whether to dispose the store with the destination.</param>
public sealed class StorageDestination(Store store, IReadOnlyList<string> names, bool disposesStore = false) : IImageDestination
{
    private LayerStack? _layers;
    private byte[] _config = [];
    private Digest _configDigest;
    private ManifestBlob? _manifest;
    private ManifestBlob? _index;

    /// <inheritdoc/>
    public IReadOnlyList<string> ManifestTypes => [MediaType.OciManifest, MediaType.DockerManifest];

    /// <inheritdoc/>
    public LayerWish LayerWish => LayerWish.AsTheyAre;

    /// <summary>1 where a layer is unpacked on a copy of the one below it.</summary>
    public int ParallelBlobs => store.Layers.NeedsLayerBelow ? 1 : int.MaxValue;

    /// <inheritdoc/>
    public bool StacksLayers => true;

    /// <inheritdoc/>
    public bool RequiresSha256 => true;

    /// <summary>The stored image; null before the commit.</summary>
    public StoredImage? Image { get; private set; }

    /// <summary>Stores the index beside the manifest, so that the image can be found by the digest of either, and a newer index of the same
    /// name is noticed.</summary>
    public ValueTask PutIndexAsync(ManifestBlob index, CancellationToken cancellationToken)
    {
        _index = index;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void ExpectLayers(IReadOnlyList<BlobInfo> layers)
    {
        _layers?.Dispose();
        _layers = layers.All(layer => layer.DiffId is not null) ? new LayerStack(store, [.. layers.Select(layer => layer.DiffId!.Value)]) : null;
    }

    /// <inheritdoc/>
    public async ValueTask<Descriptor?> TryReuseBlobAsync(BlobInfo blob, CancellationToken cancellationToken) =>
        blob is { LayerIndex: { } index, Digest: { } digest, Size: { } size } && _layers is not null
        && await _layers.TryTakeAsync(index, digest, cancellationToken).ConfigureAwait(false)
            ? new Descriptor { MediaType = blob.MediaType, Digest = digest, Size = size }
            : null;

    /// <inheritdoc/>
    public async ValueTask<Descriptor> PutBlobAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken)
    {
        if (blob.LayerIndex is { } index)
        {
            // Unpacking is synchronous; on a thread of its own it does not delay what the other threads of the pool do for the network.
            return await Task.Factory.StartNew(
                () => ImportLayer(content, blob, index, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                .ConfigureAwait(false);
        }

        var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        _config = bytes.ToArray();
        _configDigest = blob.Digest ?? Digest.Sha256(_config);
        return new Descriptor { MediaType = blob.MediaType, Digest = _configDigest, Size = _config.Length };
    }

    /// <inheritdoc/>
    public ValueTask PutManifestAsync(ManifestBlob manifest, CancellationToken cancellationToken)
    {
        _manifest = manifest;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        var manifest = _manifest ?? throw new InvalidOperationException("no manifest was put");
        Image = store.Images.Create(new NewImage
        {
            Id = _configDigest.Hex,
            Names = names,
            TopLayer = _layers?.Top,
            Created = ImageConfig.Parse(_config).Created,
            Metadata = $"{{\"signatures-sizes\":{{\"{manifest.Digest}\":[]}}}}",
            Data =
            [
                new BigData(_configDigest.ToString(), _config),
                // Stored under two keys because other tools look for either of them.
                new BigData($"manifest-{manifest.Digest}", manifest.Bytes),
                new BigData("manifest", manifest.Bytes),
                // containers/image expects this file even when the image has no signatures.
                new BigData($"signature-{manifest.Digest.Hex}", ReadOnlyMemory<byte>.Empty),
                .. _index is null || _index.Digest == manifest.Digest ? [] : new[] { new BigData($"manifest-{_index.Digest}", _index.Bytes) },
            ],
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _layers?.Dispose();
        if (disposesStore)
        {
            store.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private Descriptor ImportLayer(Stream content, BlobInfo blob, int index, CancellationToken cancellationToken)
    {
        if (_layers is null)
        {
            throw new BuildSharpException("the image is not a container image and cannot be put into the local store");
        }

        // Layers of the store are known by SHA-256 alone.
        (Digest, long)? verified = blob is { Digest: { Algorithm: "sha256" } digest, Size: { } size } ? (digest, size) : null;
        var layer = _layers.Import(index, content, verified, cancellationToken);
        return new Descriptor
        {
            MediaType = blob.MediaType,
            Digest = blob.Digest ?? layer.CompressedDigest,
            Size = blob.Size ?? layer.CompressedSize,
        };
    }
}
