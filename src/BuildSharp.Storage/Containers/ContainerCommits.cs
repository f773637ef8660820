using BuildSharp.Oci;
using BuildSharp.Oci.Reporting;
using BuildSharp.Storage.Diffs;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Containers;

/// <summary>Commits containers that remain: copies their changes to new image layers.</summary>
public sealed class ContainerCommits
{
    private readonly StorePlace _place;
    private readonly LayerStore _layers;
    private readonly ContainerStore _containers;

    /// <param name="place">Options, driver and directories.</param>
    /// <param name="layers">Stores the new layers.</param>
    /// <param name="containers">The containers.</param>
    internal ContainerCommits(StorePlace place, LayerStore layers, ContainerStore containers)
    {
        _place = place;
        _layers = layers;
        _containers = containers;
    }

    /// <summary>Stores a container's changes as a layer on its parent. Each file is read once: the same pass produces hash, tar-split and
    /// files, and no copy of the tar. If an equal layer with the same parent exists, returns that one.</summary>
    /// <exception cref="BuildSharpException">A file changed while it was read, or cannot be stored.</exception>
    public StoredLayer CommitLayer(string containerId, LayerCommit options)
    {
        var layer = _containers.OwnLayerOf(containerId);
        using var progress = ProgressItem.Start(_place.Options.Progress, ProgressKind.Layer, layer.Id);
        try
        {
            var copied = CopyLayer(layer, options, progress);
            progress?.Complete();
            return copied;
        }
        catch (PartialUpperException)
        {
            _place.Options.Debug?.Report($"layer {layer.Id} holds parts of files alone (metacopy or redirect_dir): comparing whole trees");
            var compared = CompareLayer(layer, options, progress);
            progress?.Complete();
            return compared;
        }
    }

    /// <summary>Measures a container's changes as a layer that is not stored, for an image that goes elsewhere.</summary>
    /// <exception cref="BuildSharpException">A file changed while it was read.</exception>
    public UnstoredLayer MeasureLayer(string containerId, LayerCommit options)
    {
        var layer = _containers.OwnLayerOf(containerId);
        using var progress = ProgressItem.Start(_place.Options.Progress, ProgressKind.Layer, layer.Id);
        UnstoredLayer Measure(Func<LayerDiffOptions, LayerChange> open)
        {
            // Only the first reading shows progress: the later one is the transfer's.
            var shown = progress;
            var measured = UnstoredLayer.Measure(() =>
            {
                var change = open(options.ToDiffOptions(_place.Driver.Whiteouts, shown));
                shown = null;
                return LayerTar.Produce(output => change.Diff.Write(output), change.Dispose);
            });
            progress?.Complete();
            return measured;
        }

        try
        {
            return Measure(how => LayerChange.Open(_place.Driver, layer, how));
        }
        catch (PartialUpperException)
        {
            return Measure(how => LayerChange.OpenCompared(_layers, _place.Driver, layer, how));
        }
    }

    /// <summary>Measures all that the container sees as one layer that is not stored.</summary>
    /// <exception cref="BuildSharpException">A file changed while it was read.</exception>
    public UnstoredLayer MeasureWhole(string containerId, LayerDiffOptions options)
    {
        var layer = _containers.OwnLayerOf(containerId);
        return UnstoredLayer.Measure(() => _layers.OpenFlattenedTar(layer.Id, options));
    }

    /// <summary>Finds the changes by comparing the container's files with its parent's. Such a layer cannot be adopted.</summary>
    private StoredLayer CompareLayer(StoredLayer layer, LayerCommit options, ProgressItem? progress)
    {
        using var staged = StagedLayer.Create(_place, layer.Parent, bringsAll: false);
        var whiteouts = _place.Driver.Whiteouts;
        LayerSummary summary;
        using (var change = LayerChange.OpenCompared(_layers, _place.Driver, layer, options.ToDiffOptions(whiteouts, progress)))
        using (var content = staged.OpenContent())
        using (var tarSplit = staged.CreateTarSplit())
        {
            summary = change.Diff.Write(null, tarSplit, content, whiteouts);
        }

        return Publish(staged, layer.Parent, summary);
    }

    /// <summary>Copies the files to a new layer and hashes them in the same pass.</summary>
    private StoredLayer CopyLayer(StoredLayer layer, LayerCommit options, ProgressItem? progress)
    {
        using var staged = StagedLayer.Create(_place, layer.Parent, bringsAll: _place.Driver.KeepsWholeTrees);
        LayerSummary summary;
        using (var change = LayerChange.Open(_place.Driver, layer, options.ToDiffOptions(_place.Driver.Whiteouts, progress)))
        using (var content = staged.OpenContent())
        using (var tarSplit = staged.CreateTarSplit())
        {
            summary = change.CopyTo(content, options, tarSplit);
        }

        return Publish(staged, layer.Parent, summary);
    }

    private StoredLayer Publish(StagedLayer staged, string? parent, LayerSummary summary)
    {
        var record = new StoredLayer { Id = LayerStore.IdFor(parent, summary.DiffId), Parent = parent, Created = StorePlace.Now() };
        return _layers.Publish([new UnpackedLayer(staged, record.Committed(summary))])[0];
    }
}
