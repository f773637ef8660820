using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;
using BuildSharp.Storage.Drivers;
using BuildSharp.Storage.Locking;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Layers;

/// <summary>The layers of a store: finds, stores, reads and mounts them. Layers are removed with the images and containers that use
/// them.</summary>
public sealed partial class LayerStore
{
    private readonly StorePlace _place;
    private readonly StoreRecords<StoredLayer> _records;
    private readonly Func<LayerUsers> _users;
    private readonly LayerMounts _mounts;

    /// <param name="place">Options, driver and directories.</param>
    /// <param name="records">The layers.</param>
    /// <param name="users">Reads the images and containers, which is needed to finish an interrupted removal.</param>
    /// <param name="mounts">The mounts of the layers.</param>
    internal LayerStore(StorePlace place, StoreRecords<StoredLayer> records, Func<LayerUsers> users, LayerMounts mounts)
    {
        _place = place;
        _records = records;
        _users = users;
        _mounts = mounts;
    }

    private IGraphDriver Driver => _place.Driver;

    /// <summary>Id of an image layer, computed as all tools do (containers/storage, store.go).</summary>
    /// <param name="parentId">Id of the layer below; null for a base layer.</param>
    /// <param name="diffId">Hash of the layer's uncompressed tar.</param>
    public static string IdFor(string? parentId, DiffId diffId) =>
        parentId is null ? diffId.Hex : Digest.Sha256(Encoding.ASCII.GetBytes($"{parentId}+{diffId.Hex}")).Hex;

    /// <summary>All layers, those of additional stores last.</summary>
    public IReadOnlyList<StoredLayer> All() => Read().Items;

    /// <summary>Finds a layer by its full id or by a name.</summary>
    public StoredLayer? Find(string idOrName)
    {
        var set = Read();
        return set.ById(idOrName) ?? set.ByName(idOrName);
    }

    /// <summary>The layer with the diff ID on the parent, under the id that all tools compute; null when there is none.</summary>
    /// <exception cref="BuildSharpException">The layer's files are missing.</exception>
    public StoredLayer? Find(string? parentId, DiffId diffId)
    {
        var layer = Read().ById(IdFor(parentId, diffId));
        return layer is { IsIncomplete: false } && layer.DiffId == diffId ? WithFiles(layer) : null;
    }

    /// <summary>Layers whose compressed blob or uncompressed tar has the digest, so that it need not be downloaded.</summary>
    public IReadOnlyList<StoredLayer> ByDigest(Digest digest) =>
        [.. All().Where(layer => layer.DiffId.Value == digest || layer.CompressedDigest == digest)];

    /// <summary>The layers from the base to this one.</summary>
    public IReadOnlyList<StoredLayer> Chain(string? topLayer)
    {
        var set = Read();
        var chain = new List<StoredLayer>();
        for (var id = topLayer; id is not null; id = chain[^1].Parent)
        {
            var problem = set.ById(id) is null ? "is missing" : chain.Count == set.Items.Count ? "lies below itself" : null;
            chain.Add(problem is null ? set.ById(id)! : throw new BuildSharpException(
                $"layer {id} {problem} in {_place.Options.GraphRoot}; remove the images that need it and build or pull them again"));
        }

        chain.Reverse();
        return chain;
    }

    /// <summary>Directory with a layer's own files. They must not change once the layer has a digest.</summary>
    public string ContentPath(string layerId) => Driver.ContentPath(layerId);

    /// <summary>Directory that receives the changes of a mounted layer; null when the driver keeps whole trees.</summary>
    public string? ChangePath(string layerId) => Driver.KeepsWholeTrees ? null : Driver.ContentPath(layerId);

    /// <summary>Opens a layer's exact tar, rebuilt from its files and its tar-split. For a container's layer, creates a new tar.</summary>
    /// <remarks>No lock is held during reading: a layer's files never change. If the layer is removed meanwhile, missing files or wrong
    /// checksums cause an error.</remarks>
    public LayerTar OpenTar(string layerId) =>
        OpenTar(Find(layerId) ?? throw new BuildSharpException($"layer {layerId} is not in {_place.Options.GraphRoot}"));

    /// <summary>Opens all files that a container of the layer sees as one tar without whiteouts.</summary>
    /// <param name="layerId">Layer of an image or a container.</param>
    /// <param name="options">Options of the entries; null for the defaults.</param>
    public LayerTar OpenFlattenedTar(string layerId, LayerDiffOptions? options = null)
    {
        var isContainer = Find(layerId) is { DiffId.IsDefault: true };
        var path = isContainer ? Mount(layerId, new LayerMountOptions()) : Mount(layerId);
        try
        {
            var root = DirectoryHandle.Open(path);
            return LayerTar.OfTree(root, options ?? new LayerDiffOptions(), () =>
            {
                root.Dispose();
                Unmount(layerId);
            });
        }
        catch
        {
            Unmount(layerId);
            throw;
        }
    }

    /// <summary>Mounts an image layer read-only, for example to copy from it. Each call needs one <see cref="Unmount"/>.</summary>
    /// <returns>The mount point.</returns>
    public string Mount(string layerId) => Mount(layerId, new LayerMountOptions { IsReadOnly = true });

    /// <summary>Releases one mount of a layer.</summary>
    /// <param name="layerId">The layer.</param>
    /// <param name="force">Releases all mounts at once.</param>
    /// <returns>Whether the layer is no longer mounted.</returns>
    public bool Unmount(string layerId, bool force = false)
    {
        bool isGone;
        using (Write())
        {
            isGone = _mounts.Unmount(layerId, force);
        }

        if (isGone)
        {
            _mounts.ReleaseHomeAtEnd();
        }

        return isGone;
    }

    /// <summary>Ids and mount points of all mounted layers, whichever tool mounted them.</summary>
    public IReadOnlyDictionary<string, string> MountPoints() => _mounts.Points();

    /// <summary>Mount point of a layer, whichever tool mounted it; null when it is not mounted.</summary>
    internal string? MountPoint(string layerId) => _mounts.PointOf(layerId);

    internal string Mount(string layerId, LayerMountOptions options)
    {
        _place.MakeAll();
        if (!options.IsReadOnly)
        {
            RequireOwnFiles(layerId);
        }

        using var storage = _mounts.PrepareHome();
        using var layers = Write();
        if (_records.With(layers.Set).ById(layerId) is null)
        {
            throw new BuildSharpException($"layer {layerId} is missing in {_place.Options.GraphRoot}");
        }

        return _mounts.Mount(layerId, options);
    }

    /// <inheritdoc cref="LayerMounts.ReleaseHomeAtEnd"/>
    internal void ReleaseHomeAtEnd() => _mounts.ReleaseHomeAtEnd();

    internal LayerTar OpenTar(StoredLayer layer)
    {
        if (!layer.DiffId.IsDefault && OpenTarSplit(TarSplitOf(layer)) is { } tarSplit)
        {
            var handles = Driver.ContentPaths(layer.Id).Select(DirectoryHandle.Open).ToList();
            var content = new TarSplitStream(tarSplit, handles, $"layer {layer.Id}");
            return new LayerTar(content, layer.DiffId, layer.DiffSize, () => handles.ForEach(handle => handle.Dispose()));
        }

        var change = LayerChange.Open(Driver, layer, new LayerDiffOptions { Whiteouts = Driver.Whiteouts });
        return LayerTar.Produce(output => change.Diff.Write(output), change.Dispose);
    }

    /// <summary>A snapshot of all layers.</summary>
    internal RecordSet<StoredLayer> Read()
    {
        var own = _records.Own.ReadOnce();
        if (own.Items.Any(layer => layer.IsIncomplete) && ProcessIdentity.IsRoot)
        {
            using var layers = Write();
            own = layers.Set;
        }

        return _records.With(own);
    }

    /// <summary>Acquires the layers lock for writing and removes what killed processes left.</summary>
    internal LayerTransaction Write()
    {
        _place.MakeAll();
        var layers = new LayerTransaction(_place, _records.Own, _mounts);
        try
        {
            layers.ClearUp(_users);
            return layers;
        }
        catch
        {
            layers.Dispose();
            throw;
        }
    }

    /// <summary>Prevents the removal of a layer until the result is disposed.</summary>
    /// <exception cref="LayerRemovedException">The layer was removed or is being removed.</exception>
    internal StoreLock.Holding Keep(string? layerId)
    {
        var held = _records.Own.Lock.Read();
        if (layerId is not null && _records.With(_records.Own.Current(held)).ById(layerId) is not { IsIncomplete: false })
        {
            held.Dispose();
            throw new LayerRemovedException(layerId, _place.Options.GraphRoot);
        }

        return held;
    }

    /// <summary>The layers of all stores; the caller holds the lock of this store's layers.</summary>
    internal RecordSet<StoredLayer> AllOf(LayerTransaction layers) => _records.With(layers.Set);

    /// <summary>Refuses to build on a layer whose files are missing: whatever is stored on it would be unusable.</summary>
    internal StoredLayer WithFiles(StoredLayer layer) => Driver.Exists(layer.Id) ? layer : throw new BuildSharpException(
        $"layer {layer.Id} has lost its files in {_place.Directories.Home}; \"check --repair --force\" removes it with the images that need it, then repeat the command");

    /// <summary>Refuses to write to a layer whose directory was replaced by a link.</summary>
    internal void RequireOwnFiles(string layerId)
    {
        if (Driver.LinkInPlaceOf(layerId) is { } link)
        {
            throw new BuildSharpException(
                $"{link} is a link, in the place of a directory of layer {layerId}; nothing is written where it leads: remove the container and make it anew");
        }
    }

    private static FileStream? OpenTarSplit(string path)
    {
        try
        {
            return FileDescriptor.TryOpenRegular(path) is { } file ? new FileStream(file, FileAccess.Read) : null;
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "read", path);
        }
    }
}
