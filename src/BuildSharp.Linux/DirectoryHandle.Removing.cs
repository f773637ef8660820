using System.Runtime.CompilerServices;
using System.Text;

namespace BuildSharp.Linux;

public sealed partial class DirectoryHandle
{
    private const int MostRounds = 8;

    /// <summary>Removes one name: a file, a link itself, or an empty directory.</summary>
    /// <returns>False when nothing had the name.</returns>
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

    /// <summary>Removes a name with everything below it. Links are removed, never followed; a mount point gives EBUSY, and what is mounted
    /// there is not touched.</summary>
    /// <returns>False when nothing had the name.</returns>
    public bool RemoveTree(ReadOnlySpan<byte> path) => RemoveTree(path, force: false);

    /// <summary>As <see cref="RemoveTree(ReadOnlySpan{byte})"/>, whatever a program left there: a file that may not be changed (chattr +i, +a)
    /// loses that flag, and what this process sees mounted there is detached.</summary>
    /// <param name="name">A name in this directory.</param>
    /// <returns>False when nothing had the name.</returns>
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
                // Once more, without the mounts.
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

            // Another process may add names while this one removes them; go round a few times before giving up.
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

    /// <summary>Removes everything below this directory and keeps the directory. Needs a few descriptors, however deep the tree is.</summary>
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
                // Another process removes the same tree, or moved a part of it away: what is left is found from the top.
            }
        }
    }

    private void RemoveLevels(bool force)
    {
        using var position = new DirectoryPosition(this);
        // The directories still to be removed, of all levels on the way; those at the position come last.
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

                // It went meanwhile, or is another thing now; or it was none from the beginning and may not be removed.
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

    /// <summary>Removes what is no directory and tells what is one.</summary>
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
