using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Layers;

/// <summary>A layer whose files are complete in a staging directory, but which is not in the store yet. Disposing it removes the files that
/// were not moved into the store.</summary>
public sealed class UnpackedLayer : IDisposable
{
    private readonly StagedLayer _staged;
    private readonly bool _inheritsRoot;

    internal UnpackedLayer(StagedLayer staged, StoredLayer record, bool inheritsRoot = false)
    {
        _staged = staged;
        _inheritsRoot = inheritsRoot;
        Record = record;
    }

    /// <summary>The record that the store will have of the layer.</summary>
    public StoredLayer Record { get; }

    internal LayerAddition ToAddition() => new(Record, _staged.ContentPath, _staged.TarSplitPath) { InheritsRoot = _inheritsRoot };

    /// <inheritdoc/>
    public void Dispose() => _staged.Dispose();
}
