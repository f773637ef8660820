namespace BuildSharp.Linux;

/// <summary>A temporary directory of this process with mode 0700. The process holds a lock on it, which the kernel releases however the
/// process ends, so the directory of a killed process has a free lock.</summary>
public sealed class ScratchDirectory : IDisposable
{
    private const string Prefix = "buildsharp-";
    private const int RandomLength = 32;
    private const int Private = Octal.O700;

    private readonly string _parent;
    private readonly DirectoryHandle _held;

    private ScratchDirectory(string parent, string name, DirectoryHandle held)
    {
        _parent = parent;
        _held = held;
        Path = System.IO.Path.Combine(parent, name);
    }

    /// <summary>Path of the directory; absolute if the parent's was absolute.</summary>
    public string Path { get; }

    /// <summary>Creates a directory.</summary>
    /// <param name="parent">Directory for temporary files; created if missing.</param>
    /// <exception cref="IOException">The directory cannot be created.</exception>
    public static ScratchDirectory Create(string parent)
    {
        Directory.CreateDirectory(parent);
        using var above = DirectoryHandle.Open(parent);
        while (true)
        {
            var name = Prefix + RandomBytes.Hex(RandomLength);
            above.MakeDirectory(name, Private);
            var held = above.TryOpenDirectory(name);

            // Until it is locked, another process may take it for an abandoned one and remove it.
            if (held is not null && TryLock(held, LOCK_SH) && above.TryStat(name, out var status) && status.Inode == held.Stat().Inode)
            {
                return new ScratchDirectory(parent, name, held);
            }

            held?.Dispose();
        }
    }

    /// <summary>Removes the directories of killed processes, and kills programs that still write there. Without any, costs one read of the
    /// parent directory.</summary>
    /// <param name="parent">Directory for temporary files; may be missing.</param>
    /// <returns>Messages about directories that could not be removed.</returns>
    public static IReadOnlyList<string> RemoveAbandoned(string parent)
    {
        var failures = new List<string>();
        try
        {
            using var above = DirectoryHandle.TryOpen(parent);
            foreach (var entry in above?.ReadEntries() ?? [])
            {
                if (IsName(entry.NameText))
                {
                    RemoveIfAbandoned(above!, entry.NameText, failures);
                }
            }
        }
        catch (LinuxException error) when (error.Errno is Errno.EACCES or Errno.ENOTDIR)
        {
            // A parent that cannot be read contains no directories of this user. A command that needs one reports the error.
        }

        return failures;
    }

    /// <summary>Removes the directory with its content.</summary>
    public void Dispose()
    {
        if (_held.IsClosed)
        {
            return;
        }

        using (_held)
        using (var parent = DirectoryHandle.TryOpen(_parent))
        {
            // Use the descriptor, because names of unpacked files need not be valid text.
            parent?.RemoveTree(System.IO.Path.GetFileName(Path));
        }
    }

    // The parent is often writable for all users, so only directories that no other user can have created or changed are removed.
    private static void RemoveIfAbandoned(DirectoryHandle above, string name, List<string> failures)
    {
        if (!above.TryStat(name, out var status) || !status.IsDirectory || status.Uid != ProcessIdentity.EffectiveUser || status.Mode != Private)
        {
            return;
        }

        using var found = above.TryOpenDirectory(name);
        if (found is null || found.Stat().Inode != status.Inode || !TryLock(found, LOCK_EX | LOCK_NB))
        {
            return;
        }

        try
        {
            FileWriters.End(found);
            above.RemoveTree(name);
        }
        catch (LinuxException error)
        {
            failures.Add(error.Message);
        }
    }

    // On a file system without such locks, such as some NFS, directories can be used but are never removed as abandoned.
    private static bool TryLock(DirectoryHandle directory, int operation)
    {
        int result;
        do
        {
            result = flock(directory.Descriptor, operation);
        }
        while (result != 0 && LastError == Errno.EINTR);
        return result == 0 || operation == LOCK_SH;
    }

    private static bool IsName(string name) =>
        name.Length == Prefix.Length + RandomLength && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.AsSpan(Prefix.Length).IndexOfAnyExcept("0123456789abcdef") < 0;
}
