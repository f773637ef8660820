using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const long EXT4_SUPER_MAGIC = 0xEF53;

    internal const long XFS_SUPER_MAGIC = 0x58465342;

    internal const long TMPFS_MAGIC = 0x01021994;

    /// <summary><c>struct statfs</c>; the type and the mount flags are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    internal struct FileSystemStatus
    {
        [FieldOffset(80)]
        internal long Flags;

        [FieldOffset(0)]
        internal long Type;
    }

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fstatfs(int descriptor, FileSystemStatus* status);
}
