using System.Runtime.CompilerServices;
using System.Text;
using BuildSharp.Linux.Interop;

namespace BuildSharp.Linux;

// Obstacles that prevent even root from removing a file: inode flags and mounts.
public sealed partial class DirectoryHandle
{
    /// <summary>Clears the flags "immutable" and "append only" (chattr +i, +a) of a file or directory and of this directory. Either
    /// prevents a name from being removed or renamed.</summary>
    /// <param name="path">Path below this directory.</param>
    /// <returns>False when neither has such a flag, or this process may not change it.</returns>
    public bool ClearProtection(ReadOnlySpan<byte> path)
    {
        var cleared = ClearProtection(Descriptor);

        // Only files and directories have these flags, and opening a device or a pipe may have side effects.
        if (TryStat(path, out var status) && (status.IsRegular || status.IsDirectory))
        {
            using var file = TryOpenFile(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking);
            cleared |= file is not null && ClearProtection((int)file.DangerousGetHandle());
        }

        return cleared;
    }

    /// <inheritdoc cref="ClearProtection(ReadOnlySpan{byte})"/>
    public bool ClearProtection(string path) => ClearProtection(Encoding.UTF8.GetBytes(path));

    private static unsafe bool ClearProtection(int descriptor)
    {
        // The kernel transfers an int, although the request numbers contain the size of a long; see ioctl_iflags(2).
        long flags = 0;
        if (ioctl(descriptor, FS_IOC_GETFLAGS, &flags) != 0 || (flags & (FS_IMMUTABLE_FL | FS_APPEND_FL)) == 0)
        {
            return false;
        }

        flags &= ~(long)(FS_IMMUTABLE_FL | FS_APPEND_FL);
        return ioctl(descriptor, FS_IOC_SETFLAGS, &flags) == 0;
    }

    /// <summary>Opens a directory unless it is a mount point.</summary>
    /// <returns>Null when the name does not exist or is not a directory.</returns>
    /// <exception cref="LinuxException">EBUSY: the name is a mount point.</exception>
    internal DirectoryHandle? TryOpenOnThisMount(ReadOnlySpan<byte> name) => TryOpenOnMountOf(Descriptor, name);

    [SkipLocalsInit]
    private unsafe DirectoryHandle? TryOpenOnMountOf(int holder, ReadOnlySpan<byte> name)
    {
        using var native = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            var flags = OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow;
            var descriptor = Libc.OpenInRoot(holder, p, flags, 0, RESOLVE_NO_XDEV);
            return descriptor >= 0 ? new DirectoryHandle(descriptor, Encoding.UTF8.GetString(name), this)
                : LastError is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? null
                : LastError == Errno.EXDEV ? throw new LinuxException("openat2", Within(name), Errno.EBUSY)
                : throw Failed("openat2", name);
        }
    }

    /// <summary>Unmounts what is mounted at a name in this directory and below it, in this mount namespace.</summary>
    /// <returns>Whether anything was unmounted.</returns>
    private bool DetachMounts(string name) =>
        new FileInfo($"/proc/self/fd/{Descriptor}").LinkTarget is { } path && Mount.DetachBelow(System.IO.Path.Combine(path, name));
}
