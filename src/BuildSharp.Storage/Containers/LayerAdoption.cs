namespace BuildSharp.Storage;

/// <summary>A container's layer on its way to becoming an image's: it has been hashed, and nothing has been changed.</summary>
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

    /// <summary>The record that the image's layer will have.</summary>
    public StoredLayer Layer { get; }

    internal StoredContainer Container { get; }

    internal LayerMark? Mark { get; }

    internal LayerCommit Options { get; }

    internal string TarSplitPath => _staged.TarSplitPath;

    /// <inheritdoc/>
    public void Dispose() => _staged.Dispose();
}
