using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Layers;
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
    private string? _topLayer;
    private byte[] _config = [];
    private Digest _configDigest;
    private ManifestBlob? _manifest;
    private ManifestBlob? _index;

    /// <inheritdoc/>
    public IReadOnlyList<string> ManifestTypes => [MediaType.OciManifest, MediaType.DockerManifest];

    /// <inheritdoc/>
    public LayerWish LayerWish => LayerWish.AsTheyAre;

    /// <summary>1, because a layer is unpacked on top of the one below it.</summary>
    public int ParallelBlobs => 1;

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
    public ValueTask<Descriptor?> TryReuseBlobAsync(BlobInfo blob, CancellationToken cancellationToken)
    {
        if (blob is not { DiffId: { } diffId, Digest: { } digest, Size: { } size })
        {
            return ValueTask.FromResult<Descriptor?>(null);
        }

        var layer = store.Layers.Find(_topLayer, diffId) ?? CopyFromOtherParent(diffId, digest);
        if (layer is null)
        {
            return ValueTask.FromResult<Descriptor?>(null);
        }

        _topLayer = layer.Id;
        return ValueTask.FromResult<Descriptor?>(new Descriptor { MediaType = blob.MediaType, Digest = digest, Size = size });
    }

    // The store may have the same diff on another parent. That is another layer, but its tar can be copied from there.
    private StoredLayer? CopyFromOtherParent(DiffId diffId, Digest digest)
    {
        foreach (var equal in store.Layers.ByDigest(diffId.Value).Where(layer => layer.DiffId == diffId && !layer.IsIncomplete))
        {
            try
            {
                using var tar = store.Layers.OpenTar(equal.Id);
                return store.Layers.Import(new LayerImport
                {
                    ParentId = _topLayer,
                    Tar = tar.Content,
                    Expected = diffId,
                    SameBlob = equal.CompressedDigest == digest ? equal : null,
                    Name = $"layer {equal.Id} of the store",
                });
            }
            catch (BuildSharpException)
            {
                // Another process removed the layer, or it is damaged; the source still has it.
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public async ValueTask<Descriptor> PutBlobAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken)
    {
        if (blob.LayerIndex is { } index)
        {
            // Unpacking is synchronous; on a thread of its own it does not delay what the other threads of the pool do for the network.
            return await Task.Factory.StartNew(
                () => ImportLayer(content, blob, index), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)
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
            TopLayer = _topLayer,
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
        if (disposesStore)
        {
            store.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private Descriptor ImportLayer(Stream content, BlobInfo blob, int index)
    {
        if (blob.DiffId is null)
        {
            throw new BuildSharpException("the image is not a container image and cannot be put into the local store");
        }

        var layer = store.Layers.Import(new LayerImport
        {
            ParentId = _topLayer,
            Tar = content,
            Expected = blob.DiffId,
            Name = $"layer {index + 1}",
        });
        _topLayer = layer.Id;
        return new Descriptor
        {
            MediaType = blob.MediaType,
            Digest = blob.Digest ?? layer.CompressedDigest,
            Size = blob.Size ?? layer.CompressedSize,
        };
    }
}
