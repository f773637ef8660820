using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    /// <summary><c>STATX_BASIC_STATS</c>.</summary>
    internal const uint StatXBasic = 0x7FF;

    /// <summary><c>STATX_ATTR_MOUNT_ROOT</c>.</summary>
    internal const ulong StatXMountRoot = 0x2000;

    [StructLayout(LayoutKind.Sequential)]
    internal struct StatXTime
    {
        internal long Seconds;
        internal uint Nanoseconds;
        internal int Reserved;
    }

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal struct StatX
    {
        internal uint Mask;
        internal uint BlockSize;
        internal ulong Attributes;
        internal uint LinkCount;
        internal uint Uid;
        internal uint Gid;
        internal ushort Mode;
        internal ushort Spare;
        internal ulong Inode;
        internal ulong Size;
        internal ulong Blocks;
        internal ulong AttributesMask;
        internal StatXTime Accessed;
        internal StatXTime Born;
        internal StatXTime Changed;
        internal StatXTime Modified;
        internal uint RealDeviceMajor;
        internal uint RealDeviceMinor;
        internal uint DeviceMajor;
        internal uint DeviceMinor;
    }

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    private static partial int NativeStatX(int directory, byte* path, int flags, uint mask, StatX* status);

    /// <summary>False when nothing has the name; throws on every other failure.</summary>
    internal static bool TryStat(int directory, byte* path, int flags, string name, out FileStatus status) => Stat(directory, path, flags, out status) switch
    {
        0 => true,
        Errno.ENOENT or Errno.ENOTDIR => false,
        var errno => throw new LinuxException("statx", name, errno),
    };

    /// <summary>Like <see cref="TryStat(int, byte*, int, string, out FileStatus)"/> for a place in a directory, whose name is put together
    /// for the message only.</summary>
    internal static bool TryStat(int directory, byte* path, int flags, DirectoryHandle named, out FileStatus status) => Stat(directory, path, flags, out status) switch
    {
        0 => true,
        Errno.ENOENT or Errno.ENOTDIR => false,
        var errno => throw new LinuxException("statx", named.Name, errno),
    };

    [SkipLocalsInit]
    private static int Stat(int directory, byte* path, int flags, out FileStatus status)
    {
        StatX raw;
        while (NativeStatX(directory, path, flags | AtNoAutomount, StatXBasic, &raw) != 0)
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
