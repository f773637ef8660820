using BuildSharp.Linux;

namespace BuildSharp.Storage;

// Looking at layers, and clearing up after makers that were killed.
public sealed partial class Store
{
    /// <summary>All layers, those of additional stores last.</summary>
    public IReadOnlyList<StoredLayer> Layers() => LayerSet().Items;

    /// <summary>Finds a layer by its full id or by a name.</summary>
    public StoredLayer? FindLayer(string idOrName)
    {
        var set = LayerSet();
        return set.ById(idOrName) ?? set.ByName(idOrName);
    }

    /// <summary>The layers from the base up to this one.</summary>
    public IReadOnlyList<StoredLayer> LayerChain(string? topLayer)
    {
        var set = LayerSet();
        var chain = new List<StoredLayer>();
        for (var id = topLayer; id is not null; id = chain[^1].Parent)
        {
            var problem = set.ById(id) is null ? "is missing" : chain.Count == set.Items.Count ? "lies below itself" : null;
            chain.Add(problem is null ? set.ById(id)! : throw new Oci.BuildSharpException(
                $"layer {id} {problem} in {Options.GraphRoot}; remove the images that need it and build or pull them again"));
        }

        chain.Reverse();
        return chain;
    }

    /// <summary>The directory with a layer's own files. Its content must not be changed once the layer has a digest.</summary>
    public string LayerContentPath(string layerId) => _driver.ContentPath(layerId);

    /// <summary>The directory that gets what is written to a mounted layer, apart from the layers below; null where the driver keeps whole
    /// trees.</summary>
    public string? LayerChangePath(string layerId) => _driver.KeepsWholeTrees ? null : _driver.ContentPath(layerId);

    private RecordSet<StoredLayer> LayerSet()
    {
        var own = _layers.ReadOnce();
        if (own.Items.Any(layer => layer.IsIncomplete) && ProcessIdentity.IsRoot)
        {
            // Its maker holds the lock for writing as long as it works; we had the lock, so the maker is dead.
            using var holding = WriteLayers(out own);
        }

        return _readOnlyLayers.Count == 0 ? own : Join(own, _readOnlyLayers.Select(table => table.ReadOnce()));
    }

    /// <summary>Takes the layers lock for writing and repairs what killed processes left.</summary>
    private StoreLock.Holding WriteLayers(out RecordSet<StoredLayer> set)
    {
        MakeAll();
        var holding = _layers.Lock.Write();
        try
        {
            var now = _layers.Current(holding);
            foreach (var layer in now.Items.Where(layer => layer.IsIncomplete).ToList())
            {
                try
                {
                    RemoveLayerFiles(holding, _layers.Current(holding), layer);
                }
                catch (Oci.BuildSharpException e) when (StoreErrors.IsRefusedRemoval(e))
                {
                    // Whoever needs another layer can go on: this one stays marked.
                    Options.Debug?.Report(e.Message);
                }
            }

            StagingDirectory.RemoveStale(_directories.Staging, place =>
            {
                if (InterruptedRemoval.Read(place) is { } removal)
                {
                    Finish(removal, holding, _layers.Current(holding), _images.ReadOnce(), _containers.ReadOnce());
                }
            });
            StagingDirectory.RemoveStale(_directories.LayerStaging);
            set = _layers.Current(holding);
            return holding;
        }
        catch (LinuxException e)
        {
            holding.Dispose();
            throw StoreErrors.Describe(e, "clear up", _directories.Home);
        }
        catch
        {
            holding.Dispose();
            throw;
        }
    }

    /// <summary>The layers of additional stores, read one by one under their locks.</summary>
    private RecordSet<StoredLayer> WithReadOnly(RecordSet<StoredLayer> own) =>
        _readOnlyLayers.Count == 0 ? own : Join(own, _readOnlyLayers.Select(table => table.ReadOnce()));

    /// <summary>Removes one layer at once, files first and the record last.</summary>
    private RecordSet<StoredLayer> RemoveLayerFiles(StoreLock.Holding holding, RecordSet<StoredLayer> set, StoredLayer layer)
    {
        using var staging = StagingFor(layer);
        return RemoveLayer(holding, set, layer, staging);
    }

    /// <summary>Removes one layer: marks it, moves its files away, drops the record. The slow part is the staging directory's end; without
    /// one the files go at once.</summary>
    private RecordSet<StoredLayer> RemoveLayer(StoreLock.Holding holding, RecordSet<StoredLayer> set, StoredLayer layer, StagingDirectory? staging)
    {
        set = TakeLayerAway(holding, set, layer, staging);
        _layers.Save(holding, set);
        return set;
    }

    /// <summary>Removes one layer but for the last step, writing the list that is returned: until then it is marked incomplete.</summary>
    private RecordSet<StoredLayer> TakeLayerAway(StoreLock.Holding holding, RecordSet<StoredLayer> set, StoredLayer layer, StagingDirectory? staging)
    {
        if (!layer.IsIncomplete)
        {
            set = set.With(layer.Incomplete());
            _layers.Save(holding, set, Persistence.Ordered);
        }

        try
        {
            // On a full disk the room is needed now.
            _driver.TakeAway(layer.Id, _layers.IsShortOfSpace ? null : staging);
            RemoveFile(_directories.TarSplit(layer.Id));
            RemoveTree(Path.Combine(_directories.Layers, layer.Id));
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "remove", Path.Combine(_directories.Home, layer.Id));
        }

        return set.Without(layer.Id);
    }

    /// <summary>Removes a file, whatever somebody has put in its place.</summary>
    private static void RemoveFile(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (UnauthorizedAccessException)
        {
            RemoveTree(path);
        }
    }

    /// <summary>Makes a layer visible: record marked incomplete, files, record complete.</summary>
    /// <param name="holding">The layers lock, held for writing.</param>
    /// <param name="set">The layers now.</param>
    /// <param name="layer">The finished record.</param>
    /// <param name="content">A staged tree; null for an empty layer.</param>
    /// <param name="tarSplit">A staged tar-split; null for a container's layer.</param>
    /// <param name="publish">Writes the list with the complete record, which is the moment the layer becomes visible.</param>
    private RecordSet<StoredLayer> AddLayer(
        StoreLock.Holding holding,
        RecordSet<StoredLayer> set,
        StoredLayer layer,
        string? content,
        string? tarSplit,
        Action<RecordSet<StoredLayer>>? publish = null)
    {
        layer = layer with { StoreRoot = Options.GraphRoot };
        set = set.With(layer.Incomplete());
        _layers.Save(holding, set, Persistence.Ordered);
        try
        {
            _driver.Create(layer.Id, layer.Parent, content);
            if (tarSplit is not null)
            {
                File.Move(tarSplit, _directories.TarSplit(layer.Id), overwrite: true);
            }

            if (content is not null && _driver.SyncsFileSystem)
            {
                using var home = DirectoryHandle.Open(_directories.Home);
                home.SyncFileSystem();
            }

            var complete = set.With(layer.Complete());
            (publish ?? (finished => _layers.Save(holding, finished)))(complete);
            return complete;
        }
        catch (Exception e)
        {
            // What cannot be undone now, the next writer undoes: the record is still marked.
            try
            {
                RemoveLayerFiles(holding, set, set.ById(layer.Id)!);
            }
            catch (Oci.BuildSharpException)
            {
            }

            throw e is LinuxException refused ? StoreErrors.Describe(refused, "write", Path.Combine(_directories.Home, layer.Id)) : e;
        }
    }
}
