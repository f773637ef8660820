namespace BuildSharp.Storage;

/// <summary>Sets right what a commit left that was killed while a container's layer became an image's (<see cref="ContainerAdoptions"/>).</summary>
/// <param name="place">Options, driver and directories.</param>
/// <param name="containers">The containers.</param>
internal sealed class AdoptionRecovery(StorePlace place, RecordTable<StoredContainer> containers)
{
    /// <summary>Gives a container a layer that is its own again. What the killed commit had done is taken back, unless an image stands on
    /// it already: then the container goes on with a copy. Each step leaves a state that this understands.</summary>
    /// <param name="containerId">The container.</param>
    /// <param name="layers">The layers, held for writing.</param>
    /// <param name="images">The images now.</param>
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

    /// <summary>Gives the container a copy of what is an image's layer now. It cannot go on above it: what it is based on, and what its
    /// commit will list, is the layer below.</summary>
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
