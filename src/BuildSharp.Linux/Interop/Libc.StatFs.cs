using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const long EXT4_SUPER_MAGIC = 0xEF53;

    internal const long XFS_SUPER_MAGIC = 0x58465342;

    internal const long TMPFS_MAGIC = 0x01021994;

    internal const long BTRFS_SUPER_MAGIC = 0x9123683E;

    internal const long F2FS_SUPER_MAGIC = 0xF2F52010;

    /// <summary><c>struct statfs</c>; type, id, free blocks and mount flags are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    internal struct FileSystemStatus
    {
        [FieldOffset(80)]
        internal long Flags;

        [FieldOffset(0)]
        internal long Type;

        [FieldOffset(8)]
        internal long BlockSize;

        [FieldOffset(16)]
        internal ulong Blocks;

        [FieldOffset(24)]
        internal ulong FreeBlocks;

        [FieldOffset(56)]
        internal ulong Id;
    }

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fstatfs(int descriptor, FileSystemStatus* status);
}
