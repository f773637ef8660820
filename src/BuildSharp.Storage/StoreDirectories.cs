using BuildSharp.Linux;
using BuildSharp.Storage.Drivers;

namespace BuildSharp.Storage;

/// <summary>The directories of a store (containers/storage, store.go).</summary>
internal sealed class StoreDirectories(string graphRoot, string runRoot, IGraphDriver driver, bool transient)
{
    internal string GraphRoot => graphRoot;

    internal string RunRoot => runRoot;

    internal string Home => Path.Combine(graphRoot, driver.Name);

    /// <summary>Directory that contains one directory per layer.</summary>
    internal string LayersHome => Path.Combine(Home, driver.LayersDirectory);

    internal string Layers => Path.Combine(graphRoot, driver.Name + "-layers");

    internal string Images => Path.Combine(graphRoot, driver.Name + "-images");

    internal string Containers => Path.Combine(graphRoot, driver.Name + "-containers");

    internal string RunLayers => Path.Combine(runRoot, driver.Name + "-layers");

    internal string RunContainers => Path.Combine(runRoot, driver.Name + "-containers");

    /// <summary>Directory of the <see cref="WriterMark"/> files.</summary>
    internal string Writers => Path.Combine(runRoot, driver.Name + "-writers");

    /// <summary>Directory of the <see cref="Layers.LayerClaim"/> files.</summary>
    internal string Claims => Path.Combine(runRoot, driver.Name + "-claims");

    internal string StorageLock => Path.Combine(graphRoot, "storage.lock");

    internal string VolatileLayers => Path.Combine(transient ? RunLayers : Layers, "volatile-layers.json");

    internal string VolatileContainers => Path.Combine(transient ? RunContainers : Containers, "volatile-containers.json");

    internal string ContainersLock => Path.Combine(transient ? RunContainers : Containers, "containers.lock");

    internal string Staging => Path.Combine(Home, "tempdirs");

    internal string LayerStaging => Path.Combine(Layers, "tmp");

    internal string TarSplit(string layerId) => Path.Combine(Layers, layerId + ".tar-split.gz");

    /// <summary>Throws if the store belongs to another user. Its files could not be read and would seem to be missing.</summary>
    internal void RequireAccess()
    {
        foreach (var path in new[] { graphRoot, runRoot })
        {
            try
            {
                DirectoryHandle.TryOpen(path)?.Dispose();
            }
            catch (LinuxException e)
            {
                throw StoreErrors.Describe(e, "open the store in", path);
            }
        }
    }

    /// <summary>Creates all missing directories.</summary>
    internal void MakeAll()
    {
        foreach (var path in new[] { graphRoot, runRoot, Layers, Images, Containers, RunLayers, RunContainers })
        {
            try
            {
                Make(path, Octal.O700);
            }
            catch (LinuxException e)
            {
                throw StoreErrors.Describe(e, "create", path);
            }
        }
    }

    /// <summary>Creates a directory with exactly the mode, and its parents. An existing directory is not changed.</summary>
    internal static void Make(string path, int mode)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(parent))
        {
            Make(parent, Octal.O700);
        }

        using var handle = DirectoryHandle.Open(parent);
        var name = System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path));
        if (handle.TryMakeDirectory(name, mode))
        {
            handle.SetMode(name, mode);
        }
    }

    /// <summary>Removes a file, or whatever else has its name.</summary>
    internal static void RemoveFile(string path)
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

    /// <summary>Removes a directory tree; does nothing if it does not exist.</summary>
    internal static void RemoveTree(string path)
    {
        using var parent = DirectoryHandle.TryOpen(Path.GetDirectoryName(path)!);
        parent?.RemoveTree(Path.GetFileName(path));
    }

    /// <summary>A random id: 32 bytes in hexadecimal.</summary>
    internal static string NewId() => RandomBytes.Hex(64);
}
