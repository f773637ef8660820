using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>A place for files that are not part of the store yet, or no longer: <c>temp-dir-X</c> beside the lock file <c>lock-X</c>,
/// which is held as long as the place is in use. What is left after a crash has a lock that nobody holds.</summary>
internal sealed class StagingDirectory : IDisposable
{
    private readonly string _lockPath;
    private readonly FileLock _held;
    private int _counter;

    private StagingDirectory(string path, string lockPath, FileLock held)
    {
        Path = path;
        _lockPath = lockPath;
        _held = held;
    }

    internal string Path { get; }

    /// <summary>Makes a place below the directory.</summary>
    internal static StagingDirectory Create(string root)
    {
        try
        {
            StoreDirectories.Make(root, Octal.O700);
            while (true)
            {
                var name = RandomBytes.Hex(16);
                var lockPath = System.IO.Path.Combine(root, "lock-" + name);
                var held = FileLock.TryAcquire(lockPath, exclusive: true);

                // Someone who clears up may have removed the file between our opening and locking it.
                if (held is null || !FileStatus.TryOf(lockPath, out var status) || status.Inode != FileDescriptor.Stat(held.File).Inode)
                {
                    held?.Dispose();
                    continue;
                }

                var path = System.IO.Path.Combine(root, "temp-dir-" + name);
                StoreDirectories.Make(path, Octal.O700);
                return new StagingDirectory(path, lockPath, held);
            }
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "write below", root);
        }
    }

    /// <summary>Removes the places whose owners are gone. Never touches one whose lock is held. One that the kernel refuses to remove stays:
    /// it is in nobody's way, and the next call tries again.</summary>
    /// <param name="root">The directory of the places.</param>
    /// <param name="finish">Does with a place, before it goes, what its owner left undone.</param>
    internal static void RemoveStale(string root, Action<string>? finish = null)
    {
        using var directory = DirectoryHandle.TryOpen(root);
        if (directory is null)
        {
            return;
        }

        foreach (var entry in directory.ReadEntries())
        {
            if (entry.NameText.StartsWith("lock-", StringComparison.Ordinal))
            {
                try
                {
                    RemoveStale(root, entry.NameText["lock-".Length..], finish);
                }
                catch (LinuxException e) when (StoreErrors.IsRefusedRemoval(e))
                {
                }
            }
        }
    }

    /// <summary>Removes one place, unless its lock is held.</summary>
    internal static void RemoveStale(string root, string name, Action<string>? finish)
    {
        using var directory = DirectoryHandle.Open(root);
        using var stale = FileLock.TryAcquire(System.IO.Path.Combine(root, "lock-" + name), exclusive: true);
        if (stale is not null)
        {
            finish?.Invoke(System.IO.Path.Combine(root, "temp-dir-" + name));
            directory.ForceRemoveTree("temp-dir-" + name);
            directory.Remove("lock-" + name);
        }
    }

    /// <summary>A path in here that was not used before.</summary>
    internal string NewPath(string name) => System.IO.Path.Combine(Path, $"{_counter++}-{name}");

    /// <summary>Moves a file or tree of the same file system in here, to be removed later; one that is missing is no error.</summary>
    internal void TakeAway(string path)
    {
        using var from = DirectoryHandle.TryOpen(System.IO.Path.GetDirectoryName(path)!);
        if (from is null)
        {
            return;
        }

        using var into = DirectoryHandle.Open(Path);
        var name = System.IO.Path.GetFileName(path);
        try
        {
            Move();
        }
        catch (LinuxException e) when (e.Errno == Errno.EPERM && from.ClearProtection(name))
        {
            Move();
        }

        void Move()
        {
            try
            {
                from.Rename(name, $"{_counter++}-{name}", into);
            }
            catch (LinuxException e) when (e.Errno == Errno.ENOENT)
            {
            }
            catch (LinuxException e) when (e.Errno is Errno.EXDEV or Errno.EBUSY)
            {
                from.ForceRemoveTree(name);
            }
        }
    }

    /// <summary>Removes everything in here.</summary>
    /// <exception cref="Oci.BuildSharpException">Something cannot be removed; the rest is.</exception>
    public void Dispose()
    {
        using (_held)
        using (var root = DirectoryHandle.TryOpen(System.IO.Path.GetDirectoryName(Path)!))
        {
            try
            {
                root?.ForceRemoveTree(System.IO.Path.GetFileName(Path));
                root?.Remove(System.IO.Path.GetFileName(_lockPath));
            }
            catch (LinuxException e)
            {
                throw new Oci.BuildSharpException(
                    $"cannot remove {e.Path ?? Path}: {e.Reason}; nothing needs it any more, and the next command that writes to the store tries again", e);
            }
        }
    }
}
