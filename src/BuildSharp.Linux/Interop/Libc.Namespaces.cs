using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    /// <summary><c>CLONE_FS</c>: a root, working directory and mode mask of the thread's own.</summary>
    internal const int OwnFileSystemView = 0x200;

    [LibraryImport(Library, EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int what);

    [LibraryImport(Library, EntryPoint = "chdir", SetLastError = true)]
    internal static partial int ChangeDirectory(byte* path);
}
