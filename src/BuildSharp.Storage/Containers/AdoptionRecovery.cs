using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Locking;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Containers;

/// <summary>Repairs the store after a commit was killed while it turned a container's layer into an image's layer
/// (<see cref="ContainerAdoptions"/>).</summary>
/// <param name="place">Options, driver and directories.</param>
/// <param name="containers">The containers.</param>
internal sealed class AdoptionRecovery(StorePlace place, RecordTable<StoredContainer> containers)
{
    /// <summary>Gives the container a layer of its own. Undoes the killed commit, or, if an image already uses the layer, gives the
    /// container a copy. A kill between any two steps leaves a state that this method handles.</summary>
    /// <param name="containerId">The container.</param>
    /// <param name="layers">The layers, locked for writing.</param>
    /// <param name="images">The current images.</param>
    /// <param name="containersHeld">The containers lock, held for writing.</param>
    internal StoredContainer Settle(
        string containerId, LayerTransaction layers, RecordSet<StoredImage> images, StoreLock.Holding containersHeld)
    {
        var set = containers.Current(containersHeld);
        var record = set.ById(containerId) ?? throw ContainerStore.NotKnown(containerId);
        if (layers.Set.ById(record.LayerId) is not { } layer)
        {
            return record;
        }

        if (place.Driver.NewIdOf(layer.Id) is { } newId)
        {
            var adopted = layers.Set.ById(newId);
            if (adopted is not null && new LayerUsers(images, set).Need(adopted, layers.Set))
            {
                return CopyBack(record, adopted, layers, containersHeld, outdated: layer);
            }

            StoreDirectories.RemoveFile(place.Directories.TarSplit(newId));
            if (adopted is not null)
            {
                layers.Save(layers.Set.Without(adopted.Id));
            }

            place.Driver.UndoRename(layer.Id);
            return record;
        }

        return layer.DiffId.IsDefault ? record : CopyBack(record, layer, layers, containersHeld, outdated: null);
    }

    /// <summary>Gives the container a copy of the layer that now belongs to an image. The container cannot use that layer as its parent:
    /// its base, which its next commit lists, is the layer below.</summary>
    private StoredContainer CopyBack(
        StoredContainer record, StoredLayer taken, LayerTransaction layers, StoreLock.Holding containersHeld, StoredLayer? outdated)
    {
        var fresh = new StoredLayer { Id = StoreDirectories.NewId(), Parent = taken.Parent, Created = StorePlace.Now() };
        using var staged = StagedLayer.Create(place, taken.Parent, bringsAll: place.Driver.KeepsWholeTrees);
        var asItIs = new LayerCommit();
        using (var change = LayerChange.Open(place.Driver, taken, asItIs.ToDiffOptions(place.Driver.Whiteouts)))
        using (var content = staged.OpenContent())
        {
            change.CopyTo(content, asItIs);
        }

        layers.Add(fresh, staged.ContentPath, tarSplit: null);
        record = record with { LayerId = fresh.Id };
        containers.Save(containersHeld, containers.Current(containersHeld).With(record));
        if (outdated is not null)
        {
            layers.RemoveOldName(outdated);
        }

        return record;
    }
}
