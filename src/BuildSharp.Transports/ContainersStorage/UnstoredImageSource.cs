using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Transports.ContainersStorage;

/// <summary>Reads an image that is not in the store: layers of the store, and perhaps one that is made of a container's files while it is
/// read.</summary>
public sealed class UnstoredImageSource : IImageSource
{
    private readonly Store _store;
    private readonly ManifestBlob _manifest;
    private readonly byte[] _config;
    private readonly UnstoredLayer? _last;
    private readonly Dictionary<Digest, StoredLayer> _layers = [];

    /// <param name="store">The store.</param>
    /// <param name="manifest">The manifest, whose layers are uncompressed.</param>
    /// <param name="config">The config.</param>
    /// <param name="layers">The layers that are in the store.</param>
    /// <param name="last">The layer on top of them; null for none.</param>
    public UnstoredImageSource(Store store, byte[] manifest, byte[] config, IEnumerable<StoredLayer> layers, UnstoredLayer? last)
    {
        _store = store;
        _manifest = ManifestBlob.Of(manifest);
        _config = config;
        _last = last;
        foreach (var layer in layers)
        {
            _layers[layer.DiffId.Value] = layer;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> SuggestedNames => [];

    /// <inheritdoc/>
    public ValueTask<ManifestBlob> GetManifestAsync(Digest? instance, CancellationToken cancellationToken) => ValueTask.FromResult(_manifest);

    /// <inheritdoc/>
    public ValueTask<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (_layers.TryGetValue(blob.Digest, out var layer))
        {
            var tar = new LayerTarStream(_store.Layers.OpenTar(layer.Id));
            return ValueTask.FromResult<Stream>(new VerifyingStream(tar, blob.Digest, blob.Size, $"layer {layer.Id} of the store"));
        }

        return ValueTask.FromResult(_last is not null && _last.DiffId.Value == blob.Digest
            ? _last.Open()
            : new VerifyingStream(new MemoryStream(_config, writable: false), blob.Digest, blob.Size, "config"));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
