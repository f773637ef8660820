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

    [StructLayout(LayoutKind.Sequential)]
    internal struct FileLockRange
    {
        internal short Type;
        internal short Whence;
        internal long Start;
        internal long Length;
        internal int ProcessId;
    }

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FileControl(int descriptor, int command, FileLockRange* range);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FileControl(int descriptor, int command, long argument);
}
