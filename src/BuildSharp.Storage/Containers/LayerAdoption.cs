using BuildSharp.Storage.Drivers;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Containers;

/// <summary>A container's layer that was hashed and is ready to become an image's layer. Nothing has been changed yet.</summary>
public sealed class LayerAdoption : IDisposable
{
    private readonly StagedLayer _staged;

    internal LayerAdoption(StoredContainer container, StoredLayer layer, LayerMark? mark, LayerCommit options, StagedLayer staged)
    {
        Container = container;
        Layer = layer;
        Mark = mark;
        Options = options;
        _staged = staged;
    }

    /// <summary>Record of the layer as part of the image.</summary>
    public StoredLayer Layer { get; }

    internal StoredContainer Container { get; }

    internal LayerMark? Mark { get; }

    internal LayerCommit Options { get; }

    internal string TarSplitPath => _staged.TarSplitPath;

    /// <inheritdoc/>
    public void Dispose() => _staged.Dispose();
}
