using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    internal const int GetOpenFileLock = 36;

    internal const int SetOpenFileLock = 37;

    internal const int SetOpenFileLockWait = 38;

    internal const short ReadLock = 0;

    internal const short WriteLock = 1;

    internal const short Unlock = 2;

    /// <summary><c>LOCK_SH</c>.</summary>
    internal const int ShareFile = 1;

    /// <summary><c>LOCK_EX | LOCK_NB</c>.</summary>
    internal const int TryOwnFile = 2 | 4;

    [StructLayout(LayoutKind.Sequential)]
    internal struct FileLockRange
    {
        internal short Type;
        internal short Whence;
        internal long Start;
        internal long Length;
        internal int ProcessId;
    }

    /// <summary><c>flock</c>, which unlike the locks of <c>fcntl</c> is possible on a directory.</summary>
    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    internal static partial int LockFile(int descriptor, int operation);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FileControl(int descriptor, int command, FileLockRange* range);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FileControl(int descriptor, int command, long argument);
}
