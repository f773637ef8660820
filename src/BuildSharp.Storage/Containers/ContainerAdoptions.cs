using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage;

/// <summary>Containers that go away with their commit give their layers to the images.</summary>
public sealed class ContainerAdoptions
{
    private readonly StorePlace _place;
    private readonly RecordTable<StoredContainer> _records;
    private readonly LayerStore _layers;
    private readonly ImageStore _images;
    private readonly ContainerStore _containers;
    private readonly AdoptionRecovery _recovery;

    /// <param name="place">Options, driver and directories.</param>
    /// <param name="records">The containers' records, one of which goes in the same step.</param>
    /// <param name="layers">Where the container's layer becomes the image's.</param>
    /// <param name="images">Where the image is made.</param>
    /// <param name="containers">Their layers to give away, and their files to remove.</param>
    /// <param name="recovery">Gives the container its layer back when the image cannot be made.</param>
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

    /// <summary>Hashes a container's changes for <see cref="Commit"/>. The container is unmounted.</summary>
    /// <returns>Null when its layer is not a complete record of the changes and has to be copied.</returns>
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
            using var change = OpenChange(layer, options);
            using var tarSplit = staged.CreateTarSplit();
            foreach (var path in options.ExcludePaths)
            {
                change.Own.RemoveTree(path);
            }

            var summary = change.Diff.Write(null, tarSplit);
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

    /// <summary>Makes the container's layer the image's, then the image, then removes the container: under one holding of the locks, so
    /// that nobody meets the layer while it belongs to both. Where an equal layer exists on the same parent, the image gets that one.</summary>
    /// <exception cref="LayerRemovedException">The container was mounted meanwhile, so the hash may be wrong: prepare again.</exception>
    /// <exception cref="BuildSharpException">Another image has the id, or the disk refuses.</exception>
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

            // All are written before the first becomes visible, so that there is one wait for the disk.
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

            // From here the image is there. Of a container killed half-way only rubbish stays.
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

    /// <summary>The image could not be stored: the container keeps its layer. Where even that is refused, its next use sees to it.</summary>
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

    /// <summary>The times in the tar are those that a container of the image sees, also where the files were never unpacked from it.</summary>
    private void ApplyTimes(StoredLayer layer, LayerCommit options)
    {
        if (options.ModifiedAt is not null || options.ClampTo is not null)
        {
            using var change = OpenChange(layer, options);
            change.Diff.ApplyTimes();
        }
    }

    private LayerChange OpenChange(StoredLayer layer, LayerCommit options) =>
        LayerChange.Open(_place.Driver, layer, options.ToDiffOptions(_place.Driver.Whiteouts));
}
