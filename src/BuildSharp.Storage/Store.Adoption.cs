namespace BuildSharp.Storage;

// Commits that were killed while a container's layer became an image's.
public sealed partial class Store
{
    /// <summary>Gives a container a layer that is its own again. What the killed commit had done is taken back, unless an image stands on
    /// it already: then the container goes on with a new layer above. Each step leaves a state that this understands.</summary>
    private StoredContainer FinishAdoption(string containerId, StoreLock.Holding layersHeld, RecordSet<StoredImage> imageSet, StoreLock.Holding containersHeld)
    {
        var set = layers.Current(layersHeld);
        var containerSet = containers.Current(containersHeld);
        var record = containerSet.ById(containerId) ?? throw new Oci.BuildSharpException($"{containerId}: container not known");
        if (set.ById(record.LayerId) is not { } layer)
        {
            return record;
        }

        if (driver.NewIdOf(layer.Id) is { } newId)
        {
            var adopted = set.ById(newId);
            if (adopted is not null && (IsUsed(adopted.Id, set, imageSet) || containerSet.Items.Any(one => one.LayerId == adopted.Id)))
            {
                return PutLayerAbove(record, adopted, layersHeld, containersHeld, outdated: layer);
            }

            if (adopted is not null)
            {
                File.Delete(directories.TarSplit(adopted.Id));
                layers.Save(layersHeld, set.Without(adopted.Id));
            }

            driver.UndoRename(layer.Id);
            return record;
        }

        if (layer.DiffId.IsDefault)
        {
            return record;
        }

        if (IsUsed(layer.Id, set, imageSet))
        {
            return PutLayerAbove(record, layer, layersHeld, containersHeld, outdated: null);
        }

        layers.Save(layersHeld, set.With(layer with
        {
            DiffId = default, DiffSize = 0, CompressedDigest = default, CompressedSize = 0, Uids = [], Gids = [],
        }));
        File.Delete(directories.TarSplit(layer.Id));
        return record;
    }

    private StoredContainer PutLayerAbove(
        StoredContainer record, StoredLayer below, StoreLock.Holding layersHeld, StoreLock.Holding containersHeld, StoredLayer? outdated)
    {
        var fresh = new StoredLayer { Id = StoreDirectories.NewId(), Parent = below.Id, MountLabel = below.MountLabel, Created = Now() };
        var set = AddLayer(layersHeld, layers.Current(layersHeld), fresh, content: null, tarSplit: null);
        record = record with { LayerId = fresh.Id };
        containers.Save(containersHeld, containers.Current(containersHeld).With(record));
        if (outdated is not null)
        {
            RemoveLayerFiles(layersHeld, set, outdated);
        }

        return record;
    }
}
