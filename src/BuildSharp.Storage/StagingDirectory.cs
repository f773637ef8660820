using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>A directory for files that are not yet, or no longer, part of the store: <c>temp-dir-X</c> beside a lock file <c>lock-X</c>.
/// The lock is held as long as the directory is in use. After a crash the lock is free.</summary>
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

    /// <summary>Creates a staging directory below the root.</summary>
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

                // A process that removes stale directories may have deleted the lock file between opening and locking.
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

    /// <summary>Removes the staging directories whose lock is free. One that cannot be removed is harmless and stays; the next call tries
    /// again.</summary>
    /// <param name="root">The parent of the staging directories.</param>
    /// <param name="finish">Completes the work that the directory's process left unfinished; runs before the removal.</param>
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

    /// <summary>Removes one staging directory, unless its lock is held.</summary>
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

    /// <summary>A new path in this directory.</summary>
    internal string NewPath(string name) => System.IO.Path.Combine(Path, $"{_counter++}-{name}");

    /// <summary>Moves a file or tree of the same file system to this directory, to be removed later. Does nothing if it does not
    /// exist.</summary>
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

    /// <summary>Removes the directory with its content.</summary>
    /// <exception cref="Oci.BuildSharpException">Some files could not be removed; all others were.</exception>
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
                throw new BuildSharp.Oci.BuildSharpException(
                    $"cannot remove {e.Path ?? Path}: {e.Reason}; nothing needs it any more, and the next command that writes to the store tries again", e);
            }
        }
    }
}
