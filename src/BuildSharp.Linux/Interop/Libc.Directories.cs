using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const int SEEK_DATA = 3;

    internal const int SEEK_HOLE = 4;

    /// <summary>Offset of the name in <c>struct linux_dirent64</c>, after inode (8 bytes), offset (8), record length (2) and type
    /// (1).</summary>
    internal const int DirentName = 19;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint getdents64(int descriptor, byte* buffer, nuint size);
}
