using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Transports.ContainersStorage;

/// <summary>Reads an image from the local store. Layers are stored unpacked, so they are delivered as uncompressed tars named by their diff
/// IDs, whatever their compression when pulled. The manifest is changed to match; the config is not.</summary>
public sealed class StorageSource : IImageSource
{
    private readonly Store _store;
    private readonly StoredImage _image;
    private readonly bool _disposesStore;
    private readonly OriginalLayers? _originals;
    private readonly ManifestBlob _stored;
    private readonly ManifestBlob _manifest;
    private readonly Dictionary<Digest, StoredLayer> _layers = [];

    /// <summary>Opens an image of the store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="image">The image.</param>
    /// <param name="disposesStore">Whether to dispose the store with the source.</param>
    /// <param name="context">Used to read layers again from the registry that they were pulled from; null for never.</param>
    /// <exception cref="BuildSharpException">The image is a manifest list, or its records are inconsistent.</exception>
    public StorageSource(Store store, StoredImage image, bool disposesStore = false, TransportContext? context = null)
    {
        _store = store;
        _disposesStore = disposesStore;
        _image = image;
        _originals = context is null ? null : OriginalLayers.Of(context, image);
        SuggestedNames = image.Names;
        _stored = ManifestBlob.Of(store.Images.ReadData(image.Id, "manifest"));
        if (_stored.IsIndex)
        {
            throw new BuildSharpException($"{Name} is a manifest list; name one of its images");
        }

        var manifest = ImageManifest.Parse(_stored.Bytes.Span, _stored.MediaType);
        var plain = WithPlainLayers(manifest);

        // When no layer changes, keep the manifest's bytes and so its digest, by which a manifest list may refer to the image.
        var isSame = plain.Layers.Zip(manifest.Layers).All(pair => pair.First.Digest == pair.Second.Digest);
        _manifest = isSame ? _stored : plain.ToBlob();
    }

    /// <summary>Names to suggest: all names of the image, or the one by which it was requested.</summary>
    public IReadOnlyList<string> SuggestedNames { get; init; }

    private string Name => _image.Names.Count > 0 ? _image.Names[0] : _image.Id;

    /// <inheritdoc/>
    public ValueTask<ManifestBlob> GetManifestAsync(Digest? instance, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_manifest);

    /// <inheritdoc/>
    public ValueTask<ManifestBlob> GetListedManifestAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_stored);

    /// <inheritdoc/>
    public async ValueTask<Stream?> OpenListedLayerAsync(Descriptor blob, DiffId diffId, CancellationToken cancellationToken) =>
        _originals is null ? null : await _originals.OpenAsync(diffId, blob, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (_layers.TryGetValue(blob.Digest, out var layer))
        {
            var tar = new LayerTarStream(_store.Layers.OpenTar(layer.Id));
            return ValueTask.FromResult<Stream>(new VerifyingStream(tar, blob.Digest, blob.Size, $"layer {layer.Id} of the store"));
        }

        var bytes = _store.Images.ReadData(_image.Id, blob.Digest.ToString());
        return ValueTask.FromResult<Stream>(new VerifyingStream(new MemoryStream(bytes, writable: false), blob.Digest, blob.Size, "config in the store"));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _originals?.Dispose();
        if (_disposesStore)
        {
            _store.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private ImageManifest WithPlainLayers(ImageManifest manifest)
    {
        var chain = _store.Layers.Chain(_image.TopLayer);
        var config = ImageConfig.Parse(_store.Images.ReadData(_image.Id, manifest.Config.Digest.ToString()));
        if (config.DiffIds.Count != chain.Count)
        {
            throw new BuildSharpException($"{Name}: the store has {chain.Count} layers of it, its config names {config.DiffIds.Count}");
        }

        var docker = MediaType.IsDocker(manifest.MediaType);
        var layers = new List<Descriptor>();
        foreach (var (layer, diffId) in chain.Zip(config.DiffIds))
        {
            if (layer.DiffId != diffId)
            {
                throw new BuildSharpException($"{Name}: layer {layer.Id} of the store is {layer.DiffId}, the image's config says {diffId}");
            }

            _layers[diffId.Value] = layer;
            layers.Add(new Descriptor
            {
                MediaType = docker ? MediaType.DockerLayer : MediaType.OciLayer,
                Digest = diffId.Value,
                Size = layer.DiffSize,
            });
        }

        return manifest with { Layers = layers };
    }
}
