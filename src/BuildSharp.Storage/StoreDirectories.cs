using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>The directories of a store (containers/storage, store.go).</summary>
internal sealed class StoreDirectories(string graphRoot, string runRoot, IGraphDriver driver, bool transient)
{
    internal string GraphRoot => graphRoot;

    internal string RunRoot => runRoot;

    internal string Home => Path.Combine(graphRoot, driver.Name);

    /// <summary>The directory whose entries are named after layers.</summary>
    internal string LayersHome => Path.Combine(Home, driver.LayersDirectory);

    internal string Layers => Path.Combine(graphRoot, driver.Name + "-layers");

    internal string Images => Path.Combine(graphRoot, driver.Name + "-images");

    internal string Containers => Path.Combine(graphRoot, driver.Name + "-containers");

    internal string RunLayers => Path.Combine(runRoot, driver.Name + "-layers");

    internal string RunContainers => Path.Combine(runRoot, driver.Name + "-containers");

    /// <summary>The directory of the <see cref="WriterMark"/>s.</summary>
    internal string Writers => Path.Combine(runRoot, driver.Name + "-writers");

    internal string StorageLock => Path.Combine(graphRoot, "storage.lock");

    internal string VolatileLayers => Path.Combine(transient ? RunLayers : Layers, "volatile-layers.json");

    internal string VolatileContainers => Path.Combine(transient ? RunContainers : Containers, "volatile-containers.json");

    internal string ContainersLock => Path.Combine(transient ? RunContainers : Containers, "containers.lock");

    internal string Staging => Path.Combine(Home, "tempdirs");

    internal string LayerStaging => Path.Combine(Layers, "tmp");

    internal string TarSplit(string layerId) => Path.Combine(Layers, layerId + ".tar-split.gz");

    /// <summary>Refuses a store that somebody else has for himself: its files would look as if they were not there.</summary>
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

    /// <summary>Makes all that are missing.</summary>
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

    /// <summary>Makes a directory and its parents, this one with exactly the mode; an existing one is kept as it is.</summary>
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

    /// <summary>Removes a file, whatever somebody has put in its place.</summary>
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

    /// <summary>Removes a directory with all that is in it; a missing one is no error.</summary>
    internal static void RemoveTree(string path)
    {
        using var parent = DirectoryHandle.TryOpen(Path.GetDirectoryName(path)!);
        parent?.RemoveTree(Path.GetFileName(path));
    }

    /// <summary>A random id: 32 bytes in hexadecimal.</summary>
    internal static string NewId() => RandomBytes.Hex(64);
}
