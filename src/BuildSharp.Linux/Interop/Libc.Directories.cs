using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    internal const int SeekSet = 0;

    internal const int SeekEnd = 2;

    internal const int SeekData = 3;

    internal const int SeekHole = 4;

    /// <summary>Offset of the name in <c>struct linux_dirent64</c>: inode 8, offset 8, record length 2, type 1.</summary>
    internal const int EntryName = 19;

    [LibraryImport(Library, EntryPoint = "getdents64", SetLastError = true)]
    internal static partial long GetDirectoryEntries(int descriptor, byte* buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(int descriptor, long offset, int origin);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true)]
    internal static partial int MakeDirectoryAt(int directory, byte* path, uint mode);
}
