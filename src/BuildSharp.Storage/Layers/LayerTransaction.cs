using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>The layers of the own store while their lock is held for writing: how a layer comes and goes. Disposing releases the lock.</summary>
internal sealed class LayerTransaction : IDisposable
{
    private readonly StorePlace _place;
    private readonly RecordTable<StoredLayer> _records;
    private readonly LayerMounts _mounts;
    private readonly StoreLock.Holding _held;

    /// <summary>Waits for the lock.</summary>
    internal LayerTransaction(StorePlace place, RecordTable<StoredLayer> records, LayerMounts mounts)
    {
        _place = place;
        _records = records;
        _mounts = mounts;
        _held = records.Lock.Write();
    }

    /// <summary>The layers now.</summary>
    internal RecordSet<StoredLayer> Set => _records.Current(_held);

    internal void Save(RecordSet<StoredLayer> next, Persistence persistence = Persistence.Durable) => _records.Save(_held, next, persistence);

    /// <inheritdoc cref="RecordTable{T}.Prepare"/>
    internal RecordTable<StoredLayer>.PendingSave Prepare(RecordSet<StoredLayer> next, Persistence persistence = Persistence.Durable) =>
        _records.Prepare(_held, next, persistence);

    /// <summary>Removes what killed processes left. Who makes or removes a layer holds the lock for writing as long as it works; we have the
    /// lock, so whoever left a layer half made is dead.</summary>
    /// <param name="users">Reads who stands on layers.</param>
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
                    // Whoever needs another layer can go on: this one stays marked.
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

    /// <summary>Removes what a killed process had still to remove. It may as well have lived a moment longer: whatever was put on the
    /// layers since then keeps them.</summary>
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

    /// <summary>Makes a layer visible: record marked incomplete, files, record complete.</summary>
    /// <param name="layer">The finished record.</param>
    /// <param name="content">A staged tree; null for an empty layer.</param>
    /// <param name="tarSplit">A staged tar-split; null for a container's layer.</param>
    /// <param name="publish">Writes the list with the complete record, which is the moment the layer becomes visible; null for that alone.</param>
    internal StoredLayer Add(StoredLayer layer, string? content, string? tarSplit, Action<RecordSet<StoredLayer>>? publish = null)
    {
        layer = layer with { StoreRoot = _place.Options.GraphRoot };
        var marked = layer.Incomplete();
        Save(Set.With(marked), Persistence.Ordered);
        try
        {
            _place.Driver.Create(layer.Id, layer.Parent, content);
            if (tarSplit is not null)
            {
                File.Move(tarSplit, _place.Directories.TarSplit(layer.Id), overwrite: true);
            }

            if (content is not null && _place.Driver.SyncsFileSystem)
            {
                using var home = DirectoryHandle.Open(_place.Directories.Home);
                home.SyncFileSystem();
            }

            var complete = layer.Complete();
            (publish ?? (finished => Save(finished)))(Set.With(complete));
            return complete;
        }
        catch (Exception e)
        {
            // What cannot be undone now, the next writer undoes: the record is still marked.
            try
            {
                RemoveAtOnce(marked);
            }
            catch (BuildSharpException)
            {
            }

            throw e is LinuxException refused ? StoreErrors.Describe(refused, "write", Path.Combine(_place.Directories.Home, layer.Id)) : e;
        }
    }

    /// <summary>Removes one layer: marks it, moves its files away, drops the record. The slow part is the staging directory's end; without
    /// one the files go at once.</summary>
    internal void Remove(StoredLayer layer, StagingDirectory? staging) => Save(TakeAway(layer, staging));

    /// <summary>Removes one layer but for the last step, writing the list that is returned: until then it is marked incomplete.</summary>
    internal RecordSet<StoredLayer> TakeAway(StoredLayer layer, StagingDirectory? staging)
    {
        if (!layer.IsIncomplete)
        {
            Save(Set.With(layer.Incomplete()), Persistence.Ordered);
        }

        try
        {
            // On a full disk the room is needed now.
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

    /// <summary>Removes the record and the link that a renamed layer left at its old name; it has no files of its own any more.</summary>
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

    /// <summary>Where a layer's files go to be removed later; null for so few that they go at once, and where there is no room.</summary>
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

    /// <summary>Unmounts a layer, however often it is counted as mounted.</summary>
    internal void UnmountAll(string layerId) => _mounts.UnmountAll(layerId);

    public void Dispose() => _held.Dispose();

    /// <summary>Removes one layer, files first and the record last, and waits until the files are gone.</summary>
    private void RemoveAtOnce(StoredLayer layer)
    {
        using var staging = StagingFor(layer);
        Remove(layer, staging);
    }
}
