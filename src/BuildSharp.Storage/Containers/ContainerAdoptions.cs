using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Reporting;
using BuildSharp.Storage.Diffs;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Locking;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Containers;

/// <summary>Commits containers that are removed by their commit: the container's layer becomes the image's layer without a copy.</summary>
public sealed class ContainerAdoptions
{
    private readonly StorePlace _place;
    private readonly RecordTable<StoredContainer> _records;
    private readonly LayerStore _layers;
    private readonly ImageStore _images;
    private readonly ContainerStore _containers;
    private readonly AdoptionRecovery _recovery;

    /// <param name="place">Options, driver and directories.</param>
    /// <param name="records">Container records; the commit removes one in the same step.</param>
    /// <param name="layers">Gets the layer's new record.</param>
    /// <param name="images">Gets the new image.</param>
    /// <param name="containers">Provides the containers' layers and removes their files.</param>
    /// <param name="recovery">Returns the layer to the container when the image cannot be created.</param>
    internal ContainerAdoptions(
        StorePlace place,
        RecordTable<StoredContainer> records,
        LayerStore layers,
        ImageStore images,
        ContainerStore containers,
        AdoptionRecovery recovery)
    {
        _place = place;
        _records = records;
        _layers = layers;
        _images = images;
        _containers = containers;
        _recovery = recovery;
    }

    /// <summary>Hashes a container's changes for <see cref="Commit"/> and unmounts the container.</summary>
    /// <returns>Null when the layer does not hold all changes and must be copied instead.</returns>
    /// <exception cref="BuildSharpException">A file changed while it was read, or cannot be stored.</exception>
    public LayerAdoption? Prepare(string containerId, LayerCommit options)
    {
        var layer = _containers.OwnLayerOf(containerId);
        _layers.RequireOwnFiles(layer.Id);
        using (var layers = _layers.Write())
        {
            layers.UnmountAll(layer.Id);
        }

        var mark = _place.Driver.MarkOf(layer.Id);
        var staged = StagedLayer.CreateForTarSplit(_place);
        try
        {
            using var progress = ProgressItem.Start(_place.Options.Progress, ProgressKind.Layer, layer.Id);
            using var change = OpenChange(layer, options, progress);
            using var tarSplit = staged.CreateTarSplit();
            foreach (var path in options.ExcludePaths)
            {
                change.Own.RemoveTree(path);
            }

            var summary = change.Diff.Write(null, tarSplit);
            progress?.Complete();
            var record = layer with { Id = LayerStore.IdFor(layer.Parent, summary.DiffId), IsVolatile = false, MountLabel = null, Names = [] };
            return new LayerAdoption(_containers.Required(containerId), record.Committed(summary), mark, options, staged);
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

    /// <summary>Turns the container's layer into the image's layer, creates the image, and removes the container. One holding of the locks
    /// covers all steps, so other processes never see a layer that belongs to both. If an equal layer with the same parent exists, the
    /// image uses that one.</summary>
    /// <exception cref="LayerRemovedException">The container was mounted after it was hashed, so the hash may be wrong; call
    /// <see cref="Prepare"/> again.</exception>
    /// <exception cref="BuildSharpException">Another image has the id, or writing fails.</exception>
    public StoredImage Commit(LayerAdoption adoption, NewImage image)
    {
        _place.Options.Debug?.Report($"layer {adoption.Layer.Id} is the container's own directory, taken over with its files");
        StagingDirectory? staging = null;
        try
        {
            using var layers = _layers.Write();
            var everywhere = _layers.AllOf(layers);
            using var images = _images.Write();
            using var containersHeld = _records.Lock.Write();
            var containers = _records.Current(containersHeld);
            var container = adoption.Container;
            if (containers.ById(container.Id)?.LayerId != container.LayerId || layers.Set.ById(container.LayerId) is not { } old
                || _place.Driver.MarkOf(old.Id) != adoption.Mark || (_place.Driver.MountsLayers && _place.Driver.IsMounted(old.Id)))
            {
                throw LayerRemovedException.Disturbed(container.Id);
            }

            var equal = everywhere.Items.FirstOrDefault(other =>
                other.Id == adoption.Layer.Id || (other.Parent == old.Parent && other.DiffId == adoption.Layer.DiffId));
            if (equal is not null)
            {
                _ = _layers.WithFiles(equal);
            }
            else
            {
                ApplyTimes(old, adoption.Options);
            }

            // Write all files before the first becomes visible, so that they need only one wait for the disk.
            using var layerSave = equal is null
                ? layers.Prepare(layers.Set.With(adoption.Layer with { StoreRoot = _place.Options.GraphRoot }))
                : null;
            using var containerSave = _records.Prepare(containersHeld, containers.Without(container.Id));
            StoredImage record;
            try
            {
                record = images.Add(image with { TopLayer = equal?.Id ?? adoption.Layer.Id }, () => GiveAway(old, adoption, layerSave));
            }
            catch (BuildSharpException)
            {
                TakeBack(adoption, layers, images, containersHeld);
                throw;
            }

            // The image exists from here on. If the process is killed now, only leftovers of the container remain.
            containerSave.Publish();
            if (equal is null)
            {
                layers.RemoveOldName(old);
            }
            else
            {
                staging = layers.StagingFor(old);
                layers.Remove(old, staging);
            }

            _containers.RemoveDirectories(container.Id);
            return record;
        }
        finally
        {
            staging?.Dispose();
            _layers.ReleaseHomeAtEnd();
        }
    }

    /// <summary>Returns the layer to the container after the image could not be stored. If this fails too, the next use of the container
    /// repairs it.</summary>
    private void TakeBack(LayerAdoption adoption, LayerTransaction layers, ImageTransaction images, StoreLock.Holding containersHeld)
    {
        try
        {
            _recovery.Settle(adoption.Container.Id, layers, images.Set, containersHeld);
            if (layers.Set.ById(adoption.Layer.Id) is null)
            {
                StoreDirectories.RemoveFile(_place.Directories.TarSplit(adoption.Layer.Id));
            }
        }
        catch (Exception e) when (e is BuildSharpException or LinuxException)
        {
        }
    }

    /// <summary>Renames the layer's directory to the new id and makes its new record visible. The old id stays as a link.</summary>
    /// <param name="old">The container's layer.</param>
    /// <param name="adoption">The layer's new record and tar-split.</param>
    /// <param name="save">The prepared list with the new record; null when an equal layer exists.</param>
    private void GiveAway(StoredLayer old, LayerAdoption adoption, RecordTable<StoredLayer>.PendingSave? save)
    {
        if (save is null)
        {
            return;
        }

        var tarSplit = _place.Directories.TarSplit(adoption.Layer.Id);
        try
        {
            File.Move(adoption.TarSplitPath, tarSplit, overwrite: true);
            save.Synchronize();
            _place.Driver.Rename(old.Id, adoption.Layer.Id, save.Publish);
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write", Path.Combine(_place.Directories.Home, old.Id));
        }
        catch (IOException e)
        {
            throw new BuildSharpException($"cannot write {tarSplit}: {e.Message}", e);
        }
    }

    /// <summary>Sets the files' times to those in the tar, so that containers of the image see the same times as after a pull.</summary>
    private void ApplyTimes(StoredLayer layer, LayerCommit options)
    {
        if (options.ModifiedAt is not null || options.ClampTo is not null)
        {
            using var change = OpenChange(layer, options);
            change.Diff.ApplyTimes();
        }
    }

    private LayerChange OpenChange(StoredLayer layer, LayerCommit options, ProgressItem? progress = null) =>
        LayerChange.Open(_place.Driver, layer, options.ToDiffOptions(_place.Driver.Whiteouts, progress));
}
