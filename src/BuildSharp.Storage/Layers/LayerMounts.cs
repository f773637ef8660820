using BuildSharp.Linux;
using BuildSharp.Storage.Drivers;
using BuildSharp.Storage.Locking;

namespace BuildSharp.Storage.Layers;

/// <summary>Mounts of layers, with counts shared by all tools, and of the home that contains them.</summary>
/// <remarks>Disposing unmounts the home when no layer of the store is mounted any more, as the other tools do.</remarks>
internal sealed class LayerMounts(StorePlace place, StoreLock storageLock, StoreLock layersLock, MountCounts counts) : IDisposable
{
    private bool _hasMounted;

    /// <summary>Ids and mount points of all mounted layers.</summary>
    internal IReadOnlyDictionary<string, string> Points() => Counts().Where(entry => place.Driver.IsMounted(entry.LayerId))
        .ToDictionary(entry => entry.LayerId, entry => place.Driver.MountPoint(entry.LayerId));

    /// <summary>Mount point of a layer, whichever tool mounted it; null when it is not mounted.</summary>
    internal string? PointOf(string layerId) => Counts().Exists(entry => entry.LayerId == layerId) && place.Driver.IsMounted(layerId)
        ? place.Driver.MountPoint(layerId)
        : null;

    /// <summary>The current counts.</summary>
    internal List<MountCount> Counts()
    {
        if (!Directory.Exists(place.Directories.RunLayers))
        {
            return [];
        }

        using (counts.Lock.Read())
        {
            return counts.Read();
        }
    }

    /// <summary>Changes the counts without mounting or unmounting.</summary>
    internal void Change(Action<List<MountCount>> change)
    {
        using var held = counts.Lock.Write();
        var now = counts.Read();
        change(now);
        counts.Save(held, now);
    }

    /// <summary>Prepares the home for mounts and acquires the storage lock. It is held until the mount is counted, so that no process
    /// concludes in between that nothing is mounted.</summary>
    internal StoreLock.Holding PrepareHome()
    {
        _hasMounted = true;
        var storage = storageLock.Write();
        try
        {
            Refusing(place.Driver.PrepareForMounts, "bind", place.Directories.Home);
            return storage;
        }
        catch
        {
            storage.Dispose();
            throw;
        }
    }

    /// <summary>Mounts a layer if it is not mounted, and counts the mount. The caller holds the layers lock for writing.</summary>
    /// <returns>The mount point.</returns>
    internal string Mount(string layerId, LayerMountOptions options)
    {
        using var held = counts.Lock.Write();
        var now = counts.Read();
        var entry = now.Find(count => count.LayerId == layerId) ?? new MountCount(layerId, place.Driver.MountPoint(layerId), 0);
        if (entry.Count == 0 || !place.Driver.IsMounted(layerId))
        {
            Refusing(() => place.Driver.Mount(layerId, options), "mount", layerId);
        }

        now.RemoveAll(count => count.LayerId == layerId);
        entry = entry with { Path = place.Driver.MountPoint(layerId), Count = entry.Count + 1 };
        counts.Save(held, now.Append(entry));
        return entry.Path;
    }

    /// <summary>Releases one mount of a layer. The caller holds the layers lock for writing.</summary>
    /// <param name="layerId">The layer.</param>
    /// <param name="force">Releases all mounts at once.</param>
    /// <returns>Whether the layer is no longer mounted.</returns>
    internal bool Unmount(string layerId, bool force)
    {
        using var held = counts.Lock.Write();
        var now = counts.Read();
        var entry = now.Find(count => count.LayerId == layerId);
        var isGone = force || entry is null || entry.Count <= 1 || !place.Driver.IsMounted(layerId);
        if (isGone)
        {
            Refusing(() => place.Driver.Unmount(layerId), "unmount", layerId);
        }

        if (entry is not null)
        {
            now.Remove(entry);
            now.Add(entry with { Count = isGone ? 0 : entry.Count - 1 });
            counts.Save(held, now);
        }

        return isGone;
    }

    /// <summary>Unmounts a layer whatever its count. The caller holds the layers lock for writing.</summary>
    internal void UnmountAll(string layerId)
    {
        using var held = counts.Lock.Write();
        Refusing(() => place.Driver.Unmount(layerId), "unmount", layerId);
        var now = counts.Read();
        if (now.RemoveAll(count => count.LayerId == layerId) > 0)
        {
            _hasMounted = true;
            counts.Save(held, now);
        }
    }

    /// <summary>Makes disposal unmount the home: the command released the last mount. Other tools do this when they end.</summary>
    internal void ReleaseHomeAtEnd()
    {
        if (Directory.Exists(place.Directories.Home) && MountTable.IsMountPoint(place.Directories.Home))
        {
            _hasMounted = true;
        }
    }

    /// <summary>Unmounts the driver's home when no layer is mounted. Writes a new token, so that the other tools check the home before they
    /// mount.</summary>
    public void Dispose()
    {
        if (!_hasMounted)
        {
            return;
        }

        _hasMounted = false;
        using var storage = storageLock.Write();
        using var layersHeld = layersLock.Write();
        using var mountsHeld = counts.Lock.Read();
        if (counts.Read().Count > 0)
        {
            return;
        }

        try
        {
            storage.WriteToken();
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOSPC or Errno.EDQUOT)
        {
            // Without a new token, other tools would not check before they mount, so the home stays mounted. That is harmless.
            return;
        }

        place.Driver.ReleaseMounts();
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
