using System.Runtime.CompilerServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const ulong STATX_ATTR_MOUNT_ROOT = 0x2000;

    /// <summary>Returns false when the name does not exist; throws on other errors.</summary>
    internal static bool TryStat(int directory, byte* path, int flags, string name, out FileStatus status) => Stat(directory, path, flags, out status) switch
    {
        0 => true,
        Errno.ENOENT or Errno.ENOTDIR => false,
        var errno => throw new LinuxException("statx", name, errno),
    };

    /// <summary>Like <see cref="TryStat(int, byte*, int, string, out FileStatus)"/>, but computes the name only for an error
    /// message.</summary>
    internal static bool TryStat(int directory, byte* path, int flags, DirectoryHandle named, out FileStatus status) => Stat(directory, path, flags, out status) switch
    {
        0 => true,
        Errno.ENOENT or Errno.ENOTDIR => false,
        var errno => throw new LinuxException("statx", named.Name, errno),
    };

    [SkipLocalsInit]
    private static int Stat(int directory, byte* path, int flags, out FileStatus status)
    {
        statx raw;
        while (statx(directory, path, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &raw) != 0)
        {
            if (LastError is not Errno.EINTR and var errno)
            {
                status = default;
                return errno;
            }
        }

        status = new FileStatus(raw);
        return 0;
    }
}
