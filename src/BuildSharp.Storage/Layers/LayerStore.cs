using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage;

/// <summary>The layers of a store: finding, storing, reading and mounting them. Layers go with the images and containers on them.</summary>
public sealed class LayerStore
{
    private readonly StorePlace _place;
    private readonly StoreRecords<StoredLayer> _records;
    private readonly Func<LayerUsers> _users;
    private readonly LayerMounts _mounts;

    /// <param name="place">Options, driver and directories.</param>
    /// <param name="records">The layers.</param>
    /// <param name="users">Reads who stands on layers, without whom a removal that was interrupted could not be finished.</param>
    /// <param name="mounts">What is mounted.</param>
    internal LayerStore(StorePlace place, StoreRecords<StoredLayer> records, Func<LayerUsers> users, LayerMounts mounts)
    {
        _place = place;
        _records = records;
        _users = users;
        _mounts = mounts;
    }

    private IGraphDriver Driver => _place.Driver;

    /// <summary>The id that all tools give to a layer of an image (containers/storage, store.go).</summary>
    /// <param name="parentId">Id of the layer below; null for a base layer.</param>
    /// <param name="diffId">Hash of the layer's tar.</param>
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

    /// <summary>The layer with the diff ID on the parent, under the id that all tools give it; null when there is none.</summary>
    /// <exception cref="BuildSharpException">Its files are lost.</exception>
    public StoredLayer? Find(string? parentId, DiffId diffId)
    {
        var layer = Read().ById(IdFor(parentId, diffId));
        return layer is { IsIncomplete: false } && layer.DiffId == diffId ? WithFiles(layer) : null;
    }

    /// <summary>Layers whose blob or tar has the digest: where its bytes can be had without fetching them.</summary>
    public IReadOnlyList<StoredLayer> ByDigest(Digest digest) =>
        [.. All().Where(layer => layer.DiffId.Value == digest || layer.CompressedDigest == digest)];

    /// <summary>The layers from the base up to this one.</summary>
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

    /// <summary>The directory with a layer's own files. Its content must not be changed once the layer has a digest.</summary>
    public string ContentPath(string layerId) => Driver.ContentPath(layerId);

    /// <summary>The directory that gets what is written to a mounted layer, apart from the layers below; null where the driver keeps whole
    /// trees.</summary>
    public string? ChangePath(string layerId) => Driver.KeepsWholeTrees ? null : Driver.ContentPath(layerId);

    /// <summary>Stores a layer. The tar is unpacked beside the store with no lock held, hashed before and after decompression in the same
    /// pass, and becomes visible complete. A layer of the same id is returned as it is.</summary>
    /// <exception cref="BuildSharpException">The tar is damaged, or hashes to something else than expected.</exception>
    public StoredLayer Import(LayerImport import)
    {
        var id = import.Id ?? (import.Expected is { } known ? IdFor(import.ParentId, known) : null);
        if (id is not null && Read().ById(id) is { IsIncomplete: false } existing)
        {
            return WithFiles(existing);
        }

        _place.MakeAll();
        using var staged = StagedLayer.Create(_place, import.ParentId, bringsAll: false);
        LayerSummary summary;
        Digest compressedDigest;
        long compressedSize;
        CompressionKind compression;
        using (var compressed = new DigestingStream(import.Tar, leaveOpen: true))
        using (var tar = Compression.OpenDecompressing(compressed, out compression))
        {
            using (var content = staged.OpenContent())
            using (var tarSplit = staged.CreateTarSplit())
            {
                summary = new LayerApplier(content, new LayerApplierOptions { Whiteouts = Driver.Whiteouts }).Apply(tar, tarSplit, import.Name);
            }

            // Whatever follows the compressed data belongs to the blob and to its hash.
            compressed.CopyTo(Stream.Null);
            compressedSize = compressed.ByteCount;
            compressedDigest = compressed.Complete();
        }

        if (import.Expected is { } expected && expected != summary.DiffId)
        {
            throw new BuildSharpException($"{import.Name}: the uncompressed layer hashes to {summary.DiffId}, the image's config says {expected}; nothing was stored");
        }

        return Publish(staged, new StoredLayer
        {
            Id = id ?? IdFor(import.ParentId, summary.DiffId),
            Parent = import.ParentId,
            Created = StorePlace.Now(),
            CompressedDigest = import.SameBlob?.CompressedDigest ?? compressedDigest,
            CompressedSize = import.SameBlob?.CompressedSize ?? compressedSize,
            Compression = import.SameBlob?.Compression ?? RecordedCompression(compression),
            DiffId = summary.DiffId,
            DiffSize = summary.Size,
            Uids = summary.Uids,
            Gids = summary.Gids,
        });
    }

    /// <summary>Opens a layer's exact tar, put together from its files and its tar-split; of a container's layer a fresh one.</summary>
    /// <remarks>No lock is held while it is read: a layer's files never change, and if the layer is removed meanwhile the checksums or the
    /// missing files say so.</remarks>
    public LayerTar OpenTar(string layerId) =>
        OpenTar(Find(layerId) ?? throw new BuildSharpException($"layer {layerId} is not in {_place.Options.GraphRoot}"));

    /// <summary>Opens everything that a container of the layer sees as one tar, without whiteouts.</summary>
    /// <param name="layerId">A layer of an image, or of a container.</param>
    /// <param name="options">How the entries look; null for as they are.</param>
    public LayerTar OpenFlattenedTar(string layerId, LayerDiffOptions? options = null)
    {
        var isContainer = Find(layerId) is { DiffId.IsDefault: true };
        var path = isContainer ? Mount(layerId, new LayerMountOptions()) : Mount(layerId);
        try
        {
            var root = DirectoryHandle.Open(path);
            return LayerTar.Produce(
                output => LayerDiff.OfWhole(root, options ?? new LayerDiffOptions()).Write(output),
                () =>
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

    /// <summary>Mounts a layer of an image read-only, for example to copy from it; each call wants one <see cref="Unmount"/>.</summary>
    /// <returns>Where.</returns>
    public string Mount(string layerId) => Mount(layerId, new LayerMountOptions { IsReadOnly = true });

    /// <summary>Takes one mount of a layer back.</summary>
    /// <param name="layerId">The layer.</param>
    /// <param name="force">All of them at once.</param>
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

    /// <summary>All that is mounted, by whichever tool: layer id and path.</summary>
    public IReadOnlyDictionary<string, string> MountPoints() => _mounts.Points();

    /// <summary>Where a layer is mounted, by whichever tool; null when it is not.</summary>
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
        var path = Path.Combine(layer.StoreRoot, $"{Driver.Name}-layers", layer.Id + ".tar-split.gz");
        if (!layer.DiffId.IsDefault && OpenTarSplit(path) is { } tarSplit)
        {
            var handles = Driver.ContentPaths(layer.Id).Select(DirectoryHandle.Open).ToList();
            var content = new TarSplitStream(tarSplit, handles, $"layer {layer.Id}");
            return new LayerTar(content, layer.DiffId, layer.DiffSize, () => handles.ForEach(handle => handle.Dispose()));
        }

        var change = LayerChange.Open(Driver, layer, new LayerDiffOptions { Whiteouts = Driver.Whiteouts });
        return LayerTar.Produce(output => change.Diff.Write(output), change.Dispose);
    }

    /// <summary>All layers at one moment.</summary>
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

    /// <summary>Takes the layers lock for writing and repairs what killed processes left.</summary>
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

    /// <summary>Keeps everybody from removing a layer, while the result is held.</summary>
    /// <exception cref="LayerRemovedException">It is gone, or being removed.</exception>
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

    /// <summary>The layers of all stores, while those of the own one are held.</summary>
    internal RecordSet<StoredLayer> AllOf(LayerTransaction layers) => _records.With(layers.Set);

    /// <summary>Gives a staged layer its place; where there is one of the id meanwhile, that one is returned.</summary>
    internal StoredLayer Publish(StagedLayer staged, StoredLayer record)
    {
        using var layers = Write();
        if (AllOf(layers).ById(record.Id) is { IsIncomplete: false } existing)
        {
            return WithFiles(existing);
        }

        if (record.Parent is { } parent && AllOf(layers).ById(parent) is not { IsIncomplete: false })
        {
            throw new BuildSharpException($"layer {parent} was removed while a layer above it was being stored; repeat the command");
        }

        return layers.Add(record, staged.ContentPath, staged.TarSplitPath);
    }

    /// <summary>Refuses to build on a layer of which only the record is left: what is stored because it seemed to be there already would be
    /// lost.</summary>
    internal StoredLayer WithFiles(StoredLayer layer) => Driver.Exists(layer.Id) ? layer : throw new BuildSharpException(
        $"layer {layer.Id} has lost its files in {_place.Directories.Home}; \"check --repair --force\" removes it with the images that need it, then repeat the command");

    /// <summary>Refuses to write to a layer whose files somebody put elsewhere.</summary>
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

    private static int RecordedCompression(CompressionKind kind) => kind switch
    {
        CompressionKind.Bzip2 => 1,
        CompressionKind.Gzip => 2,
        CompressionKind.Xz => 3,
        CompressionKind.Zstd => 4,
        _ => 0,
    };
}
