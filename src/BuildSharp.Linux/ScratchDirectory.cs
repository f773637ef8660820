namespace BuildSharp.Linux;

/// <summary>A directory among the temporary files for what one process needs for a while, mode 0700. The process holds a lock on it, which
/// the kernel takes away however the process ends; so what a killed process left is known by its free lock.</summary>
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

    /// <summary>Absolute path, if the parent's was absolute.</summary>
    public string Path { get; }

    /// <summary>Makes one.</summary>
    /// <param name="parent">The directory of temporary files; made when it is missing.</param>
    /// <exception cref="IOException">It cannot be made there.</exception>
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

    /// <summary>Removes the directories of processes that were killed, and ends the programs that still write there. Costs one look at the
    /// directory of temporary files when there are none.</summary>
    /// <param name="parent">The directory of temporary files; it may be missing.</param>
    /// <returns>Why some of them could not be removed.</returns>
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
            // Where we cannot look we have not been either; a command that needs scratch space will say it.
        }

        return failures;
    }

    /// <summary>Removes it with all it holds.</summary>
    public void Dispose()
    {
        if (_held.IsClosed)
        {
            return;
        }

        using (_held)
        using (var parent = DirectoryHandle.TryOpen(_parent))
        {
            // By descriptor: what was unpacked may have names that are no text.
            parent?.RemoveTree(System.IO.Path.GetFileName(Path));
        }
    }

    // Anybody may put things among the temporary files: only what this user alone can have made and changed is taken for ours.
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

    // A file system without such locks, as NFS may be, lets everybody have a directory and nobody remove another's.
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
