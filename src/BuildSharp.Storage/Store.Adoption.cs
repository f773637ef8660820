using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage;

/// <summary>A container's layer on its way to becoming an image's: it has been hashed, and nothing has been changed.</summary>
public sealed class LayerAdoption : IDisposable
{
    private readonly StagedLayer _staged;

    internal LayerAdoption(StoredContainer container, StoredLayer layer, LayerMark? mark, LayerCommit options, StagedLayer staged)
    {
        Container = container;
        Layer = layer;
        Mark = mark;
        Options = options;
        _staged = staged;
    }

    /// <summary>The record that the image's layer will have.</summary>
    public StoredLayer Layer { get; }

    internal StoredContainer Container { get; }

    internal LayerMark? Mark { get; }

    internal LayerCommit Options { get; }

    internal string TarSplitPath => _staged.TarSplitPath;

    /// <inheritdoc/>
    public void Dispose() => _staged.Dispose();
}

// A container that goes away with its commit gives its layer to the image.
public sealed partial class Store
{
    /// <summary>Hashes a container's changes for <see cref="CommitAdopted"/>. The container is unmounted.</summary>
    /// <returns>Null when its layer is not a complete record of the changes and has to be copied.</returns>
    /// <exception cref="BuildSharpException">A file changed while it was read, or cannot be stored.</exception>
    public LayerAdoption? PrepareAdoption(string containerId, LayerCommit options)
    {
        var layer = WritableLayerOf(containerId);
        RequireOwnFiles(layer.Id);
        using (WriteLayers(out _))
        {
            UnmountAll(layer.Id);
        }

        var mark = _driver.MarkOf(layer.Id);
        var staged = StagedLayer.CreateForTarSplit(_directories);
        try
        {
            using var sources = OpenDiff(layer, DiffOptions(options));
            using var tarSplit = staged.CreateTarSplit();
            foreach (var path in options.ExcludePaths)
            {
                sources.Own.RemoveTree(path);
            }

            var summary = sources.Diff.Write(null, tarSplit);
            var record = layer with { Id = LayerIdFor(layer.Parent, summary.DiffId), IsVolatile = false, MountLabel = "", Names = [] };
            return new LayerAdoption(Required(containerId), CommittedRecord(record, summary), mark, options, staged);
        }
        catch (PartialUpperException)
        {
            staged.Dispose();
            return null;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>Makes the container's layer the image's, then the image, then removes the container: under one holding of the locks, so
    /// that nobody meets the layer while it belongs to both. Where an equal layer exists on the same parent, the image gets that one.</summary>
    /// <exception cref="LayerRemovedException">The container was mounted meanwhile, so the hash may be wrong: prepare again.</exception>
    /// <exception cref="BuildSharpException">Another image has the id, or the disk refuses.</exception>
    public StoredImage CommitAdopted(LayerAdoption adoption, NewImage image)
    {
        Options.Debug?.Report($"layer {adoption.Layer.Id} is the container's own directory, taken over with its files");
        StagingDirectory? staging = null;
        try
        {
            using var layersHeld = WriteLayers(out var set);
            var everywhere = WithReadOnly(set);
            using var imagesHeld = _images.Lock.Write();
            using var containersHeld = _containers.Lock.Write();
            var containerSet = _containers.Current(containersHeld);
            var container = adoption.Container;
            if (containerSet.ById(container.Id)?.LayerId != container.LayerId || set.ById(container.LayerId) is not { } old
                || _driver.MarkOf(old.Id) != adoption.Mark || (_driver.MountsLayers && _driver.IsMounted(old.Id)))
            {
                throw LayerRemovedException.Disturbed(container.Id);
            }

            var equal = everywhere.Items.FirstOrDefault(other =>
                other.Id == adoption.Layer.Id || (other.Parent == old.Parent && other.DiffId == adoption.Layer.DiffId));
            if (equal is not null)
            {
                _ = WithFiles(equal);
            }
            else
            {
                ApplyTimes(old, adoption.Options);
                set = set.With(adoption.Layer with { StoreRoot = Options.GraphRoot });
            }

            // All are written before the first becomes visible, so that there is one wait for the disk.
            using var layerSave = equal is null ? _layers.Prepare(layersHeld, set) : null;
            using var containerSave = _containers.Prepare(containersHeld, containerSet.Without(container.Id));
            StoredImage record;
            try
            {
                record = SaveImage(imagesHeld, image with { TopLayer = equal?.Id ?? adoption.Layer.Id }, () => GiveAway(old, adoption, layerSave));
            }
            catch (BuildSharpException)
            {
                TakeBack(adoption, layersHeld, imagesHeld, containersHeld);
                throw;
            }

            // From here the image is there. Of a container killed half-way only rubbish stays.
            containerSave.Publish();
            if (equal is null)
            {
                DropOldName(layersHeld, set, old);
            }
            else
            {
                staging = StagingFor(old);
                RemoveLayer(layersHeld, set, old, staging);
            }

            RemoveContainerDirectories(container.Id);
            return record;
        }
        finally
        {
            staging?.Dispose();
            ShutDownIfIdle();
        }
    }

    /// <summary>The image could not be stored: the container keeps its layer. Where even that is refused, its next use sees to it.</summary>
    private void TakeBack(LayerAdoption adoption, StoreLock.Holding layersHeld, StoreLock.Holding imagesHeld, StoreLock.Holding containersHeld)
    {
        try
        {
            SettleAdoption(adoption.Container.Id, layersHeld, _images.Current(imagesHeld), containersHeld);
            if (_layers.Current(layersHeld).ById(adoption.Layer.Id) is null)
            {
                RemoveFile(_directories.TarSplit(adoption.Layer.Id));
            }
        }
        catch (Exception e) when (e is BuildSharpException or LinuxException)
        {
        }
    }

    /// <summary>Gives the container's files the layer's new id and makes its record visible; the old id stays as a link.</summary>
    /// <param name="old">The container's layer.</param>
    /// <param name="adoption">The layer's new record and tar-split.</param>
    /// <param name="save">The list with the new record; null when an equal layer was there.</param>
    private void GiveAway(StoredLayer old, LayerAdoption adoption, RecordTable<StoredLayer>.PendingSave? save)
    {
        if (save is null)
        {
            return;
        }

        var tarSplit = _directories.TarSplit(adoption.Layer.Id);
        try
        {
            File.Move(adoption.TarSplitPath, tarSplit, overwrite: true);
            save.Synchronize();
            _driver.Rename(old.Id, adoption.Layer.Id, save.Publish);
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write", Path.Combine(_directories.Home, old.Id));
        }
        catch (IOException e)
        {
            throw new BuildSharpException($"cannot write {tarSplit}: {e.Message}", e);
        }
    }

    /// <summary>Removes the record and the link that the container's layer left; it has no files of its own any more.</summary>
    private void DropOldName(StoreLock.Holding layersHeld, RecordSet<StoredLayer> set, StoredLayer old)
    {
        try
        {
            _driver.TakeAway(old.Id, staging: null);
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "remove", Path.Combine(_directories.Home, old.Id));
        }

        _layers.Save(layersHeld, set.Without(old.Id), Persistence.Ordered);
    }

    /// <summary>The times in the tar are those that a container of the image sees, also where the files were never unpacked from it.</summary>
    private void ApplyTimes(StoredLayer layer, LayerCommit options)
    {
        if (options.ModifiedAt is not null || options.ClampTo is not null)
        {
            using var sources = OpenDiff(layer, DiffOptions(options));
            sources.Diff.ApplyTimes();
        }
    }
}
