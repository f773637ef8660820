using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const long EXT4_SUPER_MAGIC = 0xEF53;

    internal const long XFS_SUPER_MAGIC = 0x58465342;

    internal const long TMPFS_MAGIC = 0x01021994;

    /// <summary><c>struct statfs</c>; only the type is read.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    internal struct FileSystemStatus
    {
        internal long Type;
    }

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fstatfs(int descriptor, FileSystemStatus* status);
}
