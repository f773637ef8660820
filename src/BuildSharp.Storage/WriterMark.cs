using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>A file that says that a process writes to the store, locked for as long as it has the store open. The kernel takes the lock away
/// however the process ends: a mark that nobody holds is of one that was killed and may have left something half done.</summary>
/// <remarks>The marks lie in the run root, for a machine that is started again has no mounts and no processes to look after.</remarks>
internal sealed class WriterMark : IDisposable
{
    private readonly string _path;
    private readonly FileLock _held;

    private WriterMark(string path, FileLock held)
    {
        _path = path;
        _held = held;
    }

    /// <summary>Makes the mark of this process.</summary>
    /// <param name="root">The directory of the marks; made when it is missing.</param>
    /// <returns>Null where the disk is full: removing must go on without it.</returns>
    internal static WriterMark? Set(string root)
    {
        try
        {
            StoreDirectories.Make(root, 0x1C0);
            while (true)
            {
                var path = Path.Combine(root, RandomBytes.Hex(16));
                var held = FileLock.TryAcquire(path, exclusive: true);

                // Until it is locked, another process may take it for that of a killed one and remove it.
                if (held is not null && FileStatus.TryOf(path, out var status) && status.Inode == FileDescriptor.Stat(held.File).Inode)
                {
                    return new WriterMark(path, held);
                }

                held?.Dispose();
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
    /// <param name="root">The directory of the marks.</param>
    /// <param name="clearUp">Clears up after them, once for all; false when that could not be done, and the marks are to stay.</param>
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

    /// <summary>Removes the mark: what this process had to do is done.</summary>
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
                // Whoever finds it looks after nothing.
            }
        }
    }

    private void Remove()
    {
        using var root = DirectoryHandle.TryOpen(Path.GetDirectoryName(_path)!);
        root?.Remove(Path.GetFileName(_path));
    }
}
