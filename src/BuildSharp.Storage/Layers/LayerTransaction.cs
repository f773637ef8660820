using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Locking;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Layers;

/// <summary>The layers of this store while their lock is held for writing: adds and removes layers. Disposing releases the lock.</summary>
internal sealed class LayerTransaction : IDisposable
{
    private readonly StorePlace _place;
    private readonly RecordTable<StoredLayer> _records;
    private readonly LayerMounts _mounts;
    private readonly StoreLock.Holding _held;

    /// <summary>Acquires the lock.</summary>
    internal LayerTransaction(StorePlace place, RecordTable<StoredLayer> records, LayerMounts mounts)
    {
        _place = place;
        _records = records;
        _mounts = mounts;
        _held = records.Lock.Write();
    }

    /// <summary>The current layers.</summary>
    internal RecordSet<StoredLayer> Set => _records.Current(_held);

    internal void Save(RecordSet<StoredLayer> next, Persistence persistence = Persistence.Durable) => _records.Save(_held, next, persistence);

    /// <inheritdoc cref="RecordTable{T}.Prepare"/>
    internal RecordTable<StoredLayer>.PendingSave Prepare(RecordSet<StoredLayer> next, Persistence persistence = Persistence.Durable) =>
        _records.Prepare(_held, next, persistence);

    /// <summary>Removes what killed processes left. A process holds the lock for writing as long as it adds or removes a layer. This
    /// process holds the lock now, so the process that left a layer incomplete has ended.</summary>
    /// <param name="users">Reads the images and containers.</param>
    internal void ClearUp(Func<LayerUsers> users)
    {
        try
        {
            foreach (var layer in Set.Items.Where(layer => layer.IsIncomplete).ToList())
            {
                try
                {
                    RemoveAtOnce(layer);
                }
                catch (BuildSharpException e) when (StoreErrors.IsRefusedRemoval(e))
                {
                    // Continue, because the caller may need other layers. This one keeps its incomplete mark.
                    _place.Options.Debug?.Report(e.Message);
                }
            }

            StagingDirectory.RemoveStale(_place.Directories.Staging, place =>
            {
                if (InterruptedRemoval.Read(place) is { } removal)
                {
                    Finish(removal, users());
                }
            });
            StagingDirectory.RemoveStale(_place.Directories.LayerStaging);
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "clear up", _place.Directories.Home);
        }
    }

    /// <summary>Finishes the removal that a killed process began. Layers that an image, a container or another layer uses by now are
    /// kept.</summary>
    internal void Finish(InterruptedRemoval removal, LayerUsers users)
    {
        if (users.Images.ById(removal.ImageId) is not null)
        {
            return;
        }

        foreach (var layer in removal.Layers.Select(Set.ById).OfType<StoredLayer>())
        {
            if (users.Need(layer, Set))
            {
                break;
            }

            UnmountAll(layer.Id);
            RemoveAtOnce(layer);
        }
    }

    /// <summary>Adds a layer: record marked incomplete, files, complete record.</summary>
    /// <param name="layer">The complete record.</param>
    /// <param name="content">A staged tree; null for a layer without files.</param>
    /// <param name="tarSplit">A staged tar-split; null for a container's layer.</param>
    /// <param name="publish">Writes the list with the complete record, which makes the layer visible; null for the default.</param>
    internal StoredLayer Add(StoredLayer layer, string? content, string? tarSplit, Action<RecordSet<StoredLayer>>? publish = null) =>
        Add([new LayerAddition(layer, content, tarSplit)], publish)[0];

    /// <summary>Adds layers together: records marked incomplete, files, complete records.</summary>
    /// <param name="added">The layers, each after the one below it.</param>
    /// <param name="publish">Writes the list with the complete records, which makes the layers visible; null for the default.</param>
    internal IReadOnlyList<StoredLayer> Add(IReadOnlyList<LayerAddition> added, Action<RecordSet<StoredLayer>>? publish = null)
    {
        List<StoredLayer> complete = [.. added.Select(addition => (addition.Layer with { StoreRoot = _place.Options.GraphRoot }).Complete())];
        List<StoredLayer> marked = [.. complete.Select(layer => layer.Incomplete())];
        Save(marked.Aggregate(Set, (set, layer) => set.With(layer)), Persistence.Ordered);
        var current = added[0].Layer.Id;
        try
        {
            foreach (var addition in added)
            {
                current = addition.Layer.Id;
                MoveIntoPlace(addition);
            }

            if (_place.Driver.SyncsFileSystem && added.Any(addition => addition.Content is not null))
            {
                using var home = DirectoryHandle.Open(_place.Directories.Home);
                home.SyncFileSystem();
            }

            (publish ?? (finished => Save(finished)))(complete.Aggregate(Set, (set, layer) => set.With(layer)));
            return complete;
        }
        catch (Exception e)
        {
            // If undoing fails, the next writer does it: the records are still marked incomplete.
            try
            {
                foreach (var layer in Enumerable.Reverse(marked))
                {
                    RemoveAtOnce(layer);
                }
            }
            catch (BuildSharpException)
            {
            }

            throw e is LinuxException refused ? StoreErrors.Describe(refused, "write", Path.Combine(_place.Directories.Home, current)) : e;
        }
    }

    private void MoveIntoPlace(LayerAddition addition)
    {
        var layer = addition.Layer;
        if (addition is { InheritsRoot: true, Content: { } tree } && layer.Parent is { } below)
        {
            _place.Driver.InheritRoot(tree, below);
        }

        _place.Driver.Create(layer.Id, layer.Parent, addition.Content);
        if (addition.TarSplit is not null)
        {
            File.Move(addition.TarSplit, _place.Directories.TarSplit(layer.Id), overwrite: true);
        }
    }

    /// <summary>Removes a layer: marks it, moves its files away, removes the record. Deleting the files, the slow part, happens when the
    /// staging directory is disposed; without one it happens here.</summary>
    internal void Remove(StoredLayer layer, StagingDirectory? staging) => Save(TakeAway(layer, staging));

    /// <summary>Removes a layer, except that the caller saves the returned list. Until then the layer is marked incomplete.</summary>
    internal RecordSet<StoredLayer> TakeAway(StoredLayer layer, StagingDirectory? staging)
    {
        if (!layer.IsIncomplete)
        {
            Save(Set.With(layer.Incomplete()), Persistence.Ordered);
        }

        try
        {
            // On a full disk the space is needed immediately.
            _place.Driver.TakeAway(layer.Id, _records.IsShortOfSpace ? null : staging);
            StoreDirectories.RemoveFile(_place.Directories.TarSplit(layer.Id));
            StoreDirectories.RemoveTree(Path.Combine(_place.Directories.Layers, layer.Id));
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "remove", Path.Combine(_place.Directories.Home, layer.Id));
        }

        return Set.Without(layer.Id);
    }

    /// <summary>Removes the record of a renamed layer and the link at its old name. It has no files of its own any more.</summary>
    internal void RemoveOldName(StoredLayer old)
    {
        try
        {
            _place.Driver.TakeAway(old.Id, staging: null);
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "remove", Path.Combine(_place.Directories.Home, old.Id));
        }

        Save(Set.Without(old.Id), Persistence.Ordered);
    }

    /// <summary>Staging directory for a layer's files. Null when the files are so few that they are deleted immediately, and when the disk
    /// is full.</summary>
    internal StagingDirectory? StagingFor(StoredLayer layer)
    {
        try
        {
            return _place.Driver.IsEmpty(layer.Id) ? null : StagingDirectory.Create(_place.Directories.Staging);
        }
        catch (BuildSharpException e) when (StoreErrors.IsNoSpace(e))
        {
            return null;
        }
    }

    /// <summary>Unmounts a layer whatever its mount count.</summary>
    internal void UnmountAll(string layerId) => _mounts.UnmountAll(layerId);

    public void Dispose() => _held.Dispose();

    /// <summary>Removes a layer's files, waits until they are gone, then removes its record.</summary>
    private void RemoveAtOnce(StoredLayer layer)
    {
        using var staging = StagingFor(layer);
        Remove(layer, staging);
    }
}
