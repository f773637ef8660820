using System.Runtime.CompilerServices;
using System.Text;

namespace BuildSharp.Linux;

public sealed partial class DirectoryHandle
{
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

    /// <summary>Removes a name with everything below it. Links are removed, never followed; a mount point below gives EBUSY.</summary>
    /// <returns>False when nothing had the name.</returns>
    public bool RemoveTree(ReadOnlySpan<byte> path)
    {
        if (!TryLocate(path, "unlinkat", out var place))
        {
            return false;
        }

        using (place)
        {
            var errno = Unlink(place, directory: false);
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
                using (var inner = TryOpenDirectory(path))
                {
                    inner?.RemoveContent();
                }

                errno = Unlink(place, directory: true);
                if (errno is 0 or Errno.ENOENT)
                {
                    return true;
                }

                if (errno != Errno.ENOTEMPTY || round == 8)
                {
                    throw new LinuxException("unlinkat", Within(path), errno);
                }
            }
        }
    }

    /// <inheritdoc cref="RemoveTree(ReadOnlySpan{byte})"/>
    public bool RemoveTree(string path) => RemoveTree(Encoding.UTF8.GetBytes(path));

    /// <summary>Removes everything below this directory and keeps the directory.</summary>
    public void RemoveContent()
    {
        foreach (var entry in Enumerate())
        {
            RemoveTree(entry.Name);
        }
    }

    [SkipLocalsInit]
    private static unsafe int Unlink(Place place, bool directory)
    {
        using var native = new NativePath(place.Name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            return Libc.UnlinkAt(place.Directory, p, directory ? Libc.AtRemoveDirectory : 0) == 0 ? 0 : Libc.LastError;
        }
    }
}
