using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

/// <summary>The C library and the kernel, as they are: one call with its structs a file. Everything else here is built on it.</summary>
internal static unsafe partial class Libc
{
    internal const string Library = "libc";

    /// <summary><c>AT_FDCWD</c>.</summary>
    internal const int AtCurrentDirectory = -100;

    internal const int AtSymlinkNoFollow = 0x100;

    internal const int AtRemoveDirectory = 0x200;

    internal const int AtSymlinkFollow = 0x400;

    internal const int AtNoAutomount = 0x800;

    internal const int AtEmptyPath = 0x1000;

    internal const int AtRecursive = 0x8000;

    /// <summary>Error number of the last call made from this thread.</summary>
    internal static int LastError => Marshal.GetLastPInvokeError();

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial long SystemCall(long number, long a, long b, long c, long d, long e, long f);
}
