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
        var container = Required(containerId);
        var layer = FindLayer(container.LayerId)
            ?? throw new BuildSharpException($"container {containerId} has lost its layer {container.LayerId}");
        if (!layer.DiffId.IsDefault)
        {
            // An earlier commit adopted it and was killed before the container was gone; nothing was written since, or Mount would
            // have made it a writable layer again.
            return layer;
        }

        try
        {
            return options.Adopt ? AdoptLayer(layer, options) : CopyLayer(layer, options);
        }
        catch (PartialUpperException)
        {
            return CompareLayer(layer, options);
        }
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

            using var staged = StagedLayer.Create(directories, driver, layer.Parent, bringsAll: false);
            using var tree = DirectoryHandle.Open(MountAndRemember(layer.Id, isReadOnly: false));
            using var parent = layer.Parent is { } id ? DirectoryHandle.Open(MountAndRemember(id, isReadOnly: true)) : null;
            LayerSummary summary;
            using (var content = staged.OpenContent())
            using (var tarSplit = staged.CreateTarSplit())
            {
                var diff = parent is null ? LayerDiff.OfWhole(tree, DiffOptions(options)) : LayerDiff.Between(tree, parent, DiffOptions(options));
                summary = diff.Write(null, tarSplit, content, driver.Whiteouts);
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
        using var staged = StagedLayer.Create(directories, driver, layer.Parent, bringsAll: driver.Name == "vfs");
        LayerSummary summary;
        using (var sources = OpenDiff(layer, DiffOptions(options)))
        using (var content = staged.OpenContent())
        using (var tarSplit = staged.CreateTarSplit())
        {
            if (driver.Name == "vfs")
            {
                // The layer is a whole tree there, not only its change.
                LayerDiff.OfWhole(sources.Own, new LayerDiffOptions { ExcludePaths = options.ExcludePaths })
                    .Write(null, null, content, WhiteoutFormat.None);
                summary = sources.Diff.Write(null, tarSplit);
            }
            else
            {
                summary = sources.Diff.Write(null, tarSplit, content, driver.Whiteouts);
            }
        }

        return Publish(staged, CommittedRecord(
            new StoredLayer { Id = LayerIdFor(layer.Parent, summary.DiffId), Parent = layer.Parent, Created = Now() }, summary));
    }

    /// <summary>Makes the container's own layer the image's.</summary>
    private StoredLayer AdoptLayer(StoredLayer layer, LayerCommit options)
    {
        using (WriteLayers(out _))
        {
            UnmountAll(layer.Id);
        }

        using var staged = StagedLayer.CreateForTarSplit(directories);
        LayerSummary summary;
        using (var sources = OpenDiff(layer, DiffOptions(options)))
        using (var tarSplit = staged.CreateTarSplit())
        {
            foreach (var path in options.ExcludePaths)
            {
                sources.Own.RemoveTree(path);
            }

            summary = sources.Diff.Write(null, tarSplit);
        }

        using var layersHeld = WriteLayers(out var set);
        var everywhere = WithReadOnly(set);
        using var containersHeld = containers.Lock.Write();
        var containerSet = containers.Current(containersHeld);
        var id = LayerIdFor(layer.Parent, summary.DiffId);
        var equal = everywhere.Items.FirstOrDefault(other =>
            other.Id == id || (other.Parent == layer.Parent && other.DiffId == summary.DiffId));
        if (equal is not null)
        {
            return equal;
        }

        var old = set.ById(layer.Id) ?? throw new BuildSharpException($"layer {layer.Id} was removed while it was being committed");
        try
        {
            ApplyTimes(layer.Id, options);
            File.Move(staged.TarSplitPath, directories.TarSplit(id), overwrite: true);
            driver.Rename(layer.Id, id);
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write", Path.Combine(directories.Home, layer.Id));
        }
        catch (IOException e)
        {
            throw new BuildSharpException($"cannot write {directories.TarSplit(id)}: {e.Message}", e);
        }

        // At every moment the container has a layer: first both records, then the container moves over, then the old one goes.
        var record = CommittedRecord(old with { Id = id, IsVolatile = false, MountLabel = "", Names = [] }, summary);
        set = set.With(record);
        layers.Save(layersHeld, set);
        containers.Save(containersHeld, new RecordSet<StoredContainer>(
            [.. containerSet.Items.Select(one => one.LayerId == layer.Id ? one with { LayerId = id } : one)]));

        // Of the old name only a link is left.
        RemoveLayer(layersHeld, set, old, staging: null);
        return record;
    }

    /// <summary>Stores everything that a container sees as one layer without parent.</summary>
    public StoredLayer CommitSquashedLayer(string containerId, LayerCommit options)
    {
        var container = Required(containerId);
        var path = Mount(container.Id);
        try
        {
            using var staged = StagedLayer.Create(directories, driver, null, bringsAll: true);
            LayerSummary summary;
            using (var root = DirectoryHandle.Open(path))
            using (var content = staged.OpenContent())
            using (var tarSplit = staged.CreateTarSplit())
            {
                summary = LayerDiff.OfWhole(root, DiffOptions(options)).Write(null, tarSplit, content, driver.Whiteouts);
                content.SetMode(root.Stat().Mode);
            }

            return Publish(staged, CommittedRecord(new StoredLayer { Id = LayerIdFor(null, summary.DiffId), Created = Now() }, summary));
        }
        finally
        {
            Unmount(container.Id);
        }
    }

    /// <summary>The times in the tar are those that a container of the image sees, also where the files were never unpacked from it.</summary>
    private void ApplyTimes(string layerId, LayerCommit options)
    {
        if (options.ModifiedAt is null && options.ClampTo is null)
        {
            return;
        }

        using var root = DirectoryHandle.Open(driver.ContentPath(layerId));
        Apply(root);

        void Apply(DirectoryHandle directory)
        {
            foreach (var entry in directory.ReadEntries())
            {
                if (entry.Type == FileType.Directory)
                {
                    using var inner = directory.OpenDirectory(entry.Name);
                    Apply(inner);
                }

                var status = directory.Stat(entry.Name);
                var modified = new Timestamp(status.ModifiedSeconds, status.ModifiedNanoseconds);
                var wanted = options.ModifiedAt ?? modified;
                wanted = options.ClampTo is { } latest && wanted > latest ? latest : wanted;
                if (wanted != modified)
                {
                    directory.SetTimes(entry.Name, wanted.UnixSeconds, wanted.Nanoseconds);
                }
            }
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
        Whiteouts = driver.Whiteouts,
    };

    /// <summary>Opens what a layer's change is read from.</summary>
    private DiffSources OpenDiff(StoredLayer layer, LayerDiffOptions options)
    {
        var handles = new List<DirectoryHandle>();
        try
        {
            handles.Add(DirectoryHandle.Open(driver.ContentPath(layer.Id)));
            if (driver.Name == "overlay")
            {
                handles.AddRange(driver.ContentPaths(layer.Id).Skip(1).Select(DirectoryHandle.Open));
                return new DiffSources(handles, LayerDiff.OfOverlay(handles[0], handles[1..], options));
            }

            if (layer.Parent is null)
            {
                return new DiffSources(handles, LayerDiff.OfWhole(handles[0], options));
            }

            handles.Add(DirectoryHandle.Open(driver.ContentPath(layer.Parent)));
            return new DiffSources(handles, LayerDiff.Between(handles[0], handles[1], options));
        }
        catch (LinuxException e)
        {
            handles.ForEach(handle => handle.Dispose());
            throw StoreErrors.Describe(e, "read", driver.ContentPath(layer.Id));
        }
    }

    /// <summary>The open directories of a comparison.</summary>
    private sealed class DiffSources(IReadOnlyList<DirectoryHandle> handles, LayerDiff diff) : IDisposable
    {
        internal DirectoryHandle Own => handles[0];

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
