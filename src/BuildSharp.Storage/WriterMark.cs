using BuildSharp.Linux;
using BuildSharp.Storage.Checking;

namespace BuildSharp.Storage;

/// <summary>A file that shows that a process writes to the store. The process locks it as long as the store is open, and the kernel
/// releases the lock however the process ends. A mark whose lock is free belongs to a killed process, which may have left incomplete
/// work.</summary>
/// <remarks>The marks are in the run root, because after a reboot no mounts and no processes remain.</remarks>
internal sealed class WriterMark : IDisposable
{
    private readonly string _path;
    private readonly FileLock _held;

    private WriterMark(string path, FileLock held)
    {
        _path = path;
        _held = held;
    }

    /// <summary>Creates the mark of this process.</summary>
    /// <param name="root">Directory of the marks; created if missing.</param>
    /// <returns>Null when the disk is full, because removing files must work without a mark.</returns>
    internal static WriterMark? Set(string root)
    {
        try
        {
            StoreDirectories.Make(root, Octal.O700);
            while (true)
            {
                var path = Path.Combine(root, RandomBytes.Hex(16));

                // Until the file is locked, another process may take it for the mark of a killed process and remove it.
                if (FileLock.TryClaim(path) is { } held)
                {
                    return new WriterMark(path, held);
                }
            }
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOSPC or Errno.EDQUOT)
        {
            return null;
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write below", root);
        }
    }

    /// <summary>Removes the marks of killed processes.</summary>
    /// <param name="root">Directory of the marks.</param>
    /// <param name="clearUp">Removes what these processes left, once for all of them; false if that failed, and the marks stay.</param>
    internal static void RemoveAbandoned(string root, Func<bool> clearUp)
    {
        List<WriterMark> abandoned = [];
        try
        {
            foreach (var entry in StoreContents.Entries(root))
            {
                var path = Path.Combine(root, entry.NameText);
                if (FileLock.TryAcquire(path, exclusive: true) is { } held)
                {
                    abandoned.Add(new WriterMark(path, held));
                }
            }

            if (abandoned.Count > 0 && clearUp())
            {
                abandoned.ForEach(mark => mark.Remove());
            }
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "clear up", root);
        }
        finally
        {
            abandoned.ForEach(mark => mark._held.Dispose());
        }
    }

    /// <summary>Removes the mark of this process.</summary>
    public void Dispose()
    {
        using (_held)
        {
            try
            {
                Remove();
            }
            catch (LinuxException)
            {
                // The next process that finds the mark has nothing to clean up.
            }
        }
    }

    private void Remove()
    {
        using var root = DirectoryHandle.TryOpen(Path.GetDirectoryName(_path)!);
        root?.Remove(Path.GetFileName(_path));
    }
}
