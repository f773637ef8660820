using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    internal const int LOCK_SH = 1;

    internal const int LOCK_EX = 2;

    internal const int LOCK_NB = 4;

    /// <summary>Unlike the locks of <c>fcntl</c>, possible on a directory.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int flock(int descriptor, int operation);
}
