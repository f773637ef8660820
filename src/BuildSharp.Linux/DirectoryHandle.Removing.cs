using System.Runtime.CompilerServices;
using System.Text;

namespace BuildSharp.Linux;

public sealed partial class DirectoryHandle
{
    private const int MostRounds = 8;

    /// <summary>Removes one name: a file, a symbolic link itself, or an empty directory.</summary>
    /// <returns>False when the name does not exist.</returns>
    public bool Remove(ReadOnlySpan<byte> path)
    {
        if (!TryLocate(path, "unlinkat", out var place))
        {
            return false;
        }

        using (place)
        {
            var errno = Unlink(place, directory: false);
            if (errno is Errno.EISDIR or Errno.EPERM)
            {
                var second = Unlink(place, directory: true);
                errno = second == Errno.ENOTDIR ? errno : second;
            }

            return errno switch
            {
                0 => true,
                Errno.ENOENT => false,
                _ => throw new LinuxException("unlinkat", Within(path), errno),
            };
        }
    }

    /// <inheritdoc cref="Remove(ReadOnlySpan{byte})"/>
    public bool Remove(string path) => Remove(Encoding.UTF8.GetBytes(path));

    /// <summary>Removes a name with everything below it. Symbolic links are removed, not followed. A mount point causes EBUSY, and its
    /// content is not changed.</summary>
    /// <returns>False when the name does not exist.</returns>
    public bool RemoveTree(ReadOnlySpan<byte> path) => RemoveTree(path, force: false);

    /// <summary>As <see cref="RemoveTree(ReadOnlySpan{byte})"/>, but also clears the flags of chattr +i and +a, and unmounts what is
    /// mounted there in this mount namespace.</summary>
    /// <param name="name">A name in this directory.</param>
    /// <returns>False when the name does not exist.</returns>
    public bool ForceRemoveTree(string name)
    {
        for (var round = 0; ; round++)
        {
            try
            {
                return RemoveTree(Encoding.UTF8.GetBytes(name), force: true);
            }
            catch (LinuxException failure) when (failure.Errno == Errno.EBUSY && round < MostRounds && DetachMounts(name))
            {
                // Try again without the mounts.
            }
        }
    }

    private bool RemoveTree(ReadOnlySpan<byte> path, bool force)
    {
        if (!TryLocate(path, "unlinkat", out var place))
        {
            return false;
        }

        using (place)
        {
            var errno = Unlink(place, directory: false);
            if (errno == Errno.EPERM && force && ClearProtection(path))
            {
                errno = Unlink(place, directory: false);
            }

            if (errno is not (Errno.EISDIR or Errno.EPERM))
            {
                return errno switch
                {
                    0 => true,
                    Errno.ENOENT => false,
                    _ => throw new LinuxException("unlinkat", Within(path), errno),
                };
            }

            // Another process may add names meanwhile, so repeat a few times before failing.
            for (var round = 0; ; round++)
            {
                using (var inner = TryOpenOnMountOf(place.Directory, place.Name))
                {
                    inner?.RemoveContent(force);
                }

                errno = Unlink(place, directory: true);
                if (errno == Errno.EPERM && force && ClearProtection(path))
                {
                    errno = Unlink(place, directory: true);
                }

                if (errno is 0 or Errno.ENOENT)
                {
                    return true;
                }

                if (errno != Errno.ENOTEMPTY || round == MostRounds)
                {
                    throw new LinuxException("unlinkat", Within(path), errno);
                }
            }
        }
    }

    /// <inheritdoc cref="RemoveTree(ReadOnlySpan{byte})"/>
    public bool RemoveTree(string path) => RemoveTree(Encoding.UTF8.GetBytes(path));

    /// <summary>Removes everything below this directory and keeps the directory. Needs few descriptors, however deep the tree is.</summary>
    public void RemoveContent() => RemoveContent(force: false);

    private void RemoveContent(bool force)
    {
        for (var round = 0; ; round++)
        {
            try
            {
                RemoveLevels(force);
                return;
            }
            catch (LinuxException failure) when (failure.Errno == Errno.ESTALE && round < MostRounds)
            {
                // Another process removes or moved parts of the same tree. Start again from the top.
            }
        }
    }

    private void RemoveLevels(bool force)
    {
        using var position = new DirectoryPosition(this);
        // Directories still to be removed on all levels of the current path; those of the current level come last.
        var waiting = new List<byte[]>();
        var levels = new Stack<(int Others, int Rounds)>();
        var others = 0;
        var rounds = 0;
        RemoveFiles(position.Directory, waiting);
        while (true)
        {
            if (waiting.Count > others)
            {
                var name = waiting[^1];
                if (position.TryEnter(name, onThisMount: true))
                {
                    levels.Push((others, rounds));
                    (others, rounds) = (waiting.Count, 0);
                    RemoveFiles(position.Directory, waiting);
                    continue;
                }

                // The name was removed or replaced meanwhile, or it is not a directory and could not be removed before.
                Require(Unlink(position.Directory, name, directory: false, force), position.Directory, name);
                waiting.RemoveAt(waiting.Count - 1);
                rounds = 0;
            }
            else if (levels.TryPop(out var level))
            {
                position.Leave();
                (others, rounds) = level;
                var name = waiting[^1];
                var errno = Unlink(position.Directory, name, directory: true, force);
                if (errno == Errno.ENOTEMPTY && rounds < MostRounds)
                {
                    rounds++;
                    continue;
                }

                Require(errno, position.Directory, name);
                waiting.RemoveAt(waiting.Count - 1);
                rounds = 0;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Removes all entries that are not directories, and returns the directories.</summary>
    private static void RemoveFiles(DirectoryHandle directory, List<byte[]> directories)
    {
        foreach (var entry in directory.Enumerate())
        {
            var errno = entry.Type == FileType.Directory ? Errno.EISDIR : Unlink(directory.Descriptor, entry.Name, directory: false);
            if (errno is Errno.EISDIR or Errno.EPERM)
            {
                directories.Add(entry.Name.ToArray());
            }
            else
            {
                Require(errno, directory, entry.Name);
            }
        }
    }

    private static void Require(int errno, DirectoryHandle directory, ReadOnlySpan<byte> name)
    {
        if (errno is not (0 or Errno.ENOENT))
        {
            throw new LinuxException("unlinkat", directory.Within(name), errno);
        }
    }

    private static int Unlink(DirectoryHandle holder, ReadOnlySpan<byte> name, bool directory, bool force)
    {
        var errno = Unlink(holder.Descriptor, name, directory);
        return errno == Errno.EPERM && force && holder.ClearProtection(name) ? Unlink(holder.Descriptor, name, directory) : errno;
    }

    private static int Unlink(Place place, bool directory) => Unlink(place.Directory, place.Name, directory);

    [SkipLocalsInit]
    private static unsafe int Unlink(int holder, ReadOnlySpan<byte> name, bool directory)
    {
        using var native = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            return unlinkat(holder, p, directory ? AT_REMOVEDIR : 0) == 0 ? 0 : LastError;
        }
    }
}
