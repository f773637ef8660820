using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    /// <summary><c>ioctl</c> request to share the content of another file (reflink).</summary>
    internal const int FICLONE = 0x40049409;

    internal const uint SYNC_FILE_RANGE_WRITE_AND_WAIT = 7;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint copy_file_range(int from, long* fromOffset, int to, long* toOffset, nuint length, uint flags);
}
