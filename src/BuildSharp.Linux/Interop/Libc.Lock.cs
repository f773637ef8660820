using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const int LOCK_SH = 1;

    internal const int LOCK_EX = 2;

    internal const int LOCK_NB = 4;

    /// <summary>Locks an open file; works on directories, unlike the write locks of <c>fcntl</c>.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int flock(int descriptor, int operation);
}
