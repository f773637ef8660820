using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

// Mounting, counted across all tools (storage.md §5.4).
public sealed partial class Store
{
    /// <summary>Mounts a container and counts it; each call wants one <see cref="Unmount"/>.</summary>
    /// <returns>Where.</returns>
    public string Mount(string containerId)
    {
        var record = Required(containerId);
        record = WithLayerOfItsOwn(record);
        var layer = FindLayer(record.LayerId);
        if (record.HasIdMaps && layer is { UidMap.Count: 0, GidMap.Count: 0 })
        {
            throw new BuildSharpException(
                $"container {record.Id} has a user namespace of its own; mounting it with shifted owners is not supported: use the tool that made it");
        }

        return MountCounted(record.LayerId, new LayerMountOptions
        {
            IsVolatile = record.MayBeVolatile && !Options.DisableVolatile,
            MountLabel = layer?.MountLabel ?? "",
        });
    }

    /// <summary>Mounts a layer of an image read-only, for example to copy from it; each call wants one <see cref="UnmountLayer"/>.</summary>
    /// <returns>Where.</returns>
    public string MountLayer(string layerId) => MountCounted(layerId, new LayerMountOptions { IsReadOnly = true });

    /// <summary>Takes one mount of a container back.</summary>
    /// <param name="containerId">The container.</param>
    /// <param name="force">All of them at once.</param>
    /// <returns>Whether the container is no longer mounted.</returns>
    public bool Unmount(string containerId, bool force = false) => UnmountLayer(Required(containerId).LayerId, force);

    /// <summary>Takes one mount of a layer back.</summary>
    /// <param name="layerId">The layer.</param>
    /// <param name="force">All of them at once.</param>
    /// <returns>Whether the layer is no longer mounted.</returns>
    public bool UnmountLayer(string layerId, bool force = false)
    {
        bool isGone;
        using (WriteLayers(out _))
        using (var held = _mounts.Lock.Write())
        {
            var counts = _mounts.Read();
            var entry = counts.Find(count => count.LayerId == layerId);
            isGone = force || entry is null || entry.Count <= 1 || !_driver.IsMounted(layerId);
            if (isGone)
            {
                Refusing(() => _driver.Unmount(layerId), "unmount", layerId);
            }

            if (entry is not null)
            {
                counts.Remove(entry);
                counts.Add(entry with { Count = isGone ? 0 : entry.Count - 1 });
                _mounts.Save(held, counts);
            }
        }

        if (isGone)
        {
            ShutDownIfIdle();
        }

        return isGone;
    }

    /// <summary>Whether a container is mounted, by whichever tool.</summary>
    public bool IsMounted(string containerId) => MountPoint(containerId) is not null;

    /// <summary>Where a container is mounted; null when it is not.</summary>
    public string? MountPoint(string containerId)
    {
        var layer = Required(containerId).LayerId;
        return MountCountOf(layer) is not null && _driver.IsMounted(layer) ? _driver.MountPoint(layer) : null;
    }

    /// <summary>All that is mounted: layer id and path.</summary>
    public IReadOnlyDictionary<string, string> MountPoints()
    {
        if (!Directory.Exists(_directories.RunLayers))
        {
            return new Dictionary<string, string>();
        }

        using (_mounts.Lock.Read())
        {
            return _mounts.Read().Where(entry => _driver.IsMounted(entry.LayerId)).ToDictionary(entry => entry.LayerId, entry => _driver.MountPoint(entry.LayerId));
        }
    }

    private MountCount? MountCountOf(string layerId)
    {
        if (!Directory.Exists(_directories.RunLayers))
        {
            return null;
        }

        using (_mounts.Lock.Read())
        {
            return _mounts.Read().Find(entry => entry.LayerId == layerId);
        }
    }

    private string MountCounted(string layerId, LayerMountOptions options)
    {
        MakeAll();
        if (!options.IsReadOnly)
        {
            RequireOwnFiles(layerId);
        }

        _hasMounted = true;

        // From preparing the home until the count is written nobody may conclude that nothing is mounted.
        using var storage = _storageLock.Write();
        Refusing(_driver.PrepareForMounts, "bind", _directories.Home);
        using var layersHeld = WriteLayers(out var set);
        if (WithReadOnly(set).ById(layerId) is null)
        {
            throw new BuildSharpException($"layer {layerId} is missing in {Options.GraphRoot}");
        }

        using var held = _mounts.Lock.Write();
        var counts = _mounts.Read();
        var entry = counts.Find(count => count.LayerId == layerId) ?? new MountCount(layerId, _driver.MountPoint(layerId), 0);
        if (entry.Count == 0 || !_driver.IsMounted(layerId))
        {
            Refusing(() => _driver.Mount(layerId, options), "mount", layerId);
        }

        counts.RemoveAll(count => count.LayerId == layerId);
        entry = entry with { Path = _driver.MountPoint(layerId), Count = entry.Count + 1 };
        _mounts.Save(held, counts.Append(entry));
        return entry.Path;
    }

    /// <summary>Unmounts a layer whatever its count; the layers lock is held.</summary>
    private void UnmountAll(string layerId)
    {
        using var held = _mounts.Lock.Write();
        Refusing(() => _driver.Unmount(layerId), "unmount", layerId);
        var counts = _mounts.Read();
        if (counts.RemoveAll(count => count.LayerId == layerId) > 0)
        {
            _hasMounted = true;
            _mounts.Save(held, counts);
        }
    }

    /// <summary>A commit may have made the container's layer an image's and then died before the container was gone. Such a layer must not
    /// change.</summary>
    private StoredContainer WithLayerOfItsOwn(StoredContainer record)
    {
        if (_driver.NewIdOf(record.LayerId) is null && FindLayer(record.LayerId) is not { DiffId.IsDefault: false })
        {
            return record;
        }

        using var layersHeld = WriteLayers(out _);
        var imageSet = ImageSet();
        using var held = _containers.Lock.Write();
        return SettleAdoption(record.Id, layersHeld, imageSet, held);
    }

    /// <summary>Refuses to write to a layer whose files somebody put elsewhere.</summary>
    private void RequireOwnFiles(string layerId)
    {
        if (_driver.LinkInPlaceOf(layerId) is { } link)
        {
            throw new BuildSharpException(
                $"{link} is a link, in the place of a directory of layer {layerId}; nothing is written where it leads: remove the container and make it anew");
        }
    }

    private StoredContainer Required(string containerId) =>
        FindContainer(containerId) ?? throw new BuildSharpException($"{containerId}: container not known");

    /// <summary>A command that took the last mount away also unmounts the home, as the other tools do when they end.</summary>
    private void ShutDownIfIdle()
    {
        if (Directory.Exists(_directories.Home) && MountTable.IsMountPoint(_directories.Home))
        {
            _hasMounted = true;
        }
    }

    private static void Refusing(Action action, string attempt, string what)
    {
        try
        {
            action();
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, attempt, what);
        }
    }
}
