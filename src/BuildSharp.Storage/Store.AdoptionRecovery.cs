namespace BuildSharp.Storage;

// Commits that were killed while a container's layer became an image's.
public sealed partial class Store
{
    /// <summary>Gives a container a layer that is its own again. What the killed commit had done is taken back, unless an image stands on
    /// it already: then the container goes on with a copy. Each step leaves a state that this understands.</summary>
    private StoredContainer SettleAdoption(string containerId, StoreLock.Holding layersHeld, RecordSet<StoredImage> imageSet, StoreLock.Holding containersHeld)
    {
        var set = _layers.Current(layersHeld);
        var containerSet = _containers.Current(containersHeld);
        var record = containerSet.ById(containerId) ?? throw new Oci.BuildSharpException($"{containerId}: container not known");
        if (set.ById(record.LayerId) is not { } layer)
        {
            return record;
        }

        if (_driver.NewIdOf(layer.Id) is { } newId)
        {
            var adopted = set.ById(newId);
            if (adopted is not null && (IsUsed(adopted.Id, set, imageSet) || containerSet.Items.Any(one => one.LayerId == adopted.Id)))
            {
                return CopyBack(record, adopted, layersHeld, containersHeld, outdated: layer);
            }

            RemoveFile(_directories.TarSplit(newId));
            if (adopted is not null)
            {
                _layers.Save(layersHeld, set.Without(adopted.Id));
            }

            _driver.UndoRename(layer.Id);
            return record;
        }

        return layer.DiffId.IsDefault ? record : CopyBack(record, layer, layersHeld, containersHeld, outdated: null);
    }

    /// <summary>Gives the container a copy of what is an image's layer now. It cannot go on above it: what it is based on, and what its
    /// commit will list, is the layer below.</summary>
    private StoredContainer CopyBack(
        StoredContainer record, StoredLayer taken, StoreLock.Holding layersHeld, StoreLock.Holding containersHeld, StoredLayer? outdated)
    {
        var fresh = new StoredLayer { Id = StoreDirectories.NewId(), Parent = taken.Parent, Created = Now() };
        using var staged = StagedLayer.Create(_directories, _driver, taken.Parent, bringsAll: _driver.KeepsWholeTrees);
        using (var sources = OpenDiff(taken, DiffOptions(new LayerCommit())))
        using (var content = staged.OpenContent())
        {
            CopyContent(sources, content, new LayerCommit());
        }

        var set = AddLayer(layersHeld, _layers.Current(layersHeld), fresh, staged.ContentPath, tarSplit: null);
        record = record with { LayerId = fresh.Id };
        _containers.Save(containersHeld, _containers.Current(containersHeld).With(record));
        if (outdated is not null)
        {
            DropOldName(layersHeld, set, outdated);
        }

        return record;
    }
}
