using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage;

// A container's changes become an image's layer.
public sealed partial class Store
{
    /// <summary>Stores a container's changes as a layer on its parent. One pass reads each file: tar, hash and tar-split come out together,
    /// and no copy of the tar is made. An equal layer on the same parent is returned instead of a second one.</summary>
    /// <exception cref="BuildSharpException">A file changed while it was read, or cannot be stored.</exception>
    public StoredLayer CommitContainerLayer(string containerId, LayerCommit options)
    {
        var layer = WritableLayerOf(containerId);
        try
        {
            return CopyLayer(layer, options);
        }
        catch (PartialUpperException)
        {
            Options.Debug?.Report($"layer {layer.Id} holds parts of files alone (metacopy or redirect_dir): comparing whole trees");
            return CompareLayer(layer, options);
        }
    }

    /// <summary>The container's layer, which belongs to it alone.</summary>
    private StoredLayer WritableLayerOf(string containerId)
    {
        var container = WithLayerOfItsOwn(Required(containerId));
        return FindLayer(container.LayerId) ?? throw new BuildSharpException($"container {containerId} has lost its layer {container.LayerId}");
    }

    /// <summary>Finds the change by comparing what the container sees with what its parent holds. Such a layer cannot be adopted.</summary>
    private StoredLayer CompareLayer(StoredLayer layer, LayerCommit options)
    {
        var mounted = new Stack<string>();
        try
        {
            string MountAndRemember(string id, bool isReadOnly)
            {
                var path = MountCounted(id, new LayerMountOptions { IsReadOnly = isReadOnly, FollowsElsewhere = true });
                mounted.Push(id);
                return path;
            }

            using var staged = StagedLayer.Create(_directories, _driver, layer.Parent, bringsAll: false);
            using var tree = DirectoryHandle.Open(MountAndRemember(layer.Id, isReadOnly: false));
            using var parent = layer.Parent is { } id ? DirectoryHandle.Open(MountAndRemember(id, isReadOnly: true)) : null;
            LayerSummary summary;
            using (var content = staged.OpenContent())
            using (var tarSplit = staged.CreateTarSplit())
            {
                var diff = parent is null ? LayerDiff.OfWhole(tree, DiffOptions(options)) : LayerDiff.Between(tree, parent, DiffOptions(options));
                summary = diff.Write(null, tarSplit, content, _driver.Whiteouts);
            }

            return Publish(staged, CommittedRecord(
                new StoredLayer { Id = LayerIdFor(layer.Parent, summary.DiffId), Parent = layer.Parent, Created = Now() }, summary));
        }
        finally
        {
            while (mounted.TryPop(out var id))
            {
                UnmountLayer(id);
            }
        }
    }

    /// <summary>Copies the files to a new layer while they are hashed.</summary>
    private StoredLayer CopyLayer(StoredLayer layer, LayerCommit options)
    {
        using var staged = StagedLayer.Create(_directories, _driver, layer.Parent, bringsAll: _driver.KeepsWholeTrees);
        LayerSummary summary;
        using (var sources = OpenDiff(layer, DiffOptions(options)))
        using (var content = staged.OpenContent())
        using (var tarSplit = staged.CreateTarSplit())
        {
            summary = CopyContent(sources, content, options, tarSplit);
        }

        return Publish(staged, CommittedRecord(
            new StoredLayer { Id = LayerIdFor(layer.Parent, summary.DiffId), Parent = layer.Parent, Created = Now() }, summary));
    }

    /// <summary>Copies a layer's files as its tar would bring them.</summary>
    private LayerSummary CopyContent(DiffSources sources, DirectoryHandle content, LayerCommit options, Stream? tarSplit = null)
    {
        if (!_driver.KeepsWholeTrees)
        {
            return sources.Diff.Write(null, tarSplit, content, _driver.Whiteouts);
        }

        // The layer is a whole tree there, not only its change.
        LayerDiff.OfWhole(sources.Own, new LayerDiffOptions { ExcludePaths = options.ExcludePaths, Added = options.Added, IsCopy = true })
            .Write(null, null, content, WhiteoutFormat.None);
        if (options.ModifiedAt is not null || options.ClampTo is not null)
        {
            var times = DiffOptions(options) with { ExcludePaths = [], Added = [] };
            (sources.Parent is { } parent ? LayerDiff.Between(content, parent, times) : LayerDiff.OfWhole(content, times)).ApplyTimes();
        }

        return sources.Diff.Write(null, tarSplit);
    }

    /// <summary>Stores everything that a container sees as one layer without parent.</summary>
    public StoredLayer CommitSquashedLayer(string containerId, LayerCommit options)
    {
        var container = Required(containerId);
        var path = Mount(container.Id);
        try
        {
            using var staged = StagedLayer.Create(_directories, _driver, null, bringsAll: true);
            LayerSummary summary;
            using (var root = DirectoryHandle.Open(path))
            using (var content = staged.OpenContent())
            using (var tarSplit = staged.CreateTarSplit())
            {
                summary = LayerDiff.OfWhole(root, DiffOptions(options)).Write(null, tarSplit, content, _driver.Whiteouts);
                content.SetMode(root.Stat().Mode);
            }

            return Publish(staged, CommittedRecord(new StoredLayer { Id = LayerIdFor(null, summary.DiffId), Created = Now() }, summary));
        }
        finally
        {
            Unmount(container.Id);
        }
    }

    private static StoredLayer CommittedRecord(StoredLayer record, LayerSummary summary) => record with
    {
        CompressedDigest = summary.DiffId.Value,
        CompressedSize = summary.Size,
        Compression = 0,
        DiffId = summary.DiffId,
        DiffSize = summary.Size,
        Uids = summary.Uids,
        Gids = summary.Gids,
    };

    private LayerDiffOptions DiffOptions(LayerCommit options) => new()
    {
        ModifiedAt = options.ModifiedAt,
        ClampTo = options.ClampTo,
        ExcludePaths = options.ExcludePaths,
        Added = options.Added,
        Whiteouts = _driver.Whiteouts,
    };

    /// <summary>Opens what a layer's change is read from.</summary>
    private DiffSources OpenDiff(StoredLayer layer, LayerDiffOptions options)
    {
        var handles = new List<DirectoryHandle>();
        try
        {
            handles.Add(DirectoryHandle.Open(_driver.ContentPath(layer.Id)));
            if (!_driver.KeepsWholeTrees)
            {
                handles.AddRange(_driver.ContentPaths(layer.Id).Skip(1).Select(DirectoryHandle.Open));
                return new DiffSources(handles, LayerDiff.OfOverlay(handles[0], handles[1..], options));
            }

            if (layer.Parent is null)
            {
                return new DiffSources(handles, LayerDiff.OfWhole(handles[0], options));
            }

            handles.Add(DirectoryHandle.Open(_driver.ContentPath(layer.Parent)));
            return new DiffSources(handles, LayerDiff.Between(handles[0], handles[1], options));
        }
        catch (LinuxException e)
        {
            handles.ForEach(handle => handle.Dispose());
            throw StoreErrors.Describe(e, "read", _driver.ContentPath(layer.Id));
        }
    }

    /// <summary>The open directories of a comparison.</summary>
    private sealed class DiffSources(IReadOnlyList<DirectoryHandle> handles, LayerDiff diff) : IDisposable
    {
        internal DirectoryHandle Own => handles[0];

        /// <summary>The parent's tree, with a driver whose layers are whole trees.</summary>
        internal DirectoryHandle? Parent => handles.ElementAtOrDefault(1);

        internal LayerDiff Diff => diff;

        public void Dispose()
        {
            foreach (var handle in handles)
            {
                handle.Dispose();
            }
        }
    }
}
