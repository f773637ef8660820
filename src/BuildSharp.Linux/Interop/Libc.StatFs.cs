using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    internal const long ExtMagic = 0xEF53;

    internal const long XfsMagic = 0x58465342;

    internal const long TmpfsMagic = 0x01021994;

    /// <summary><c>struct statfs</c>, of which only the type is looked at.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 120)]
    internal struct StatFs
    {
        internal long Type;
    }

    [LibraryImport(Library, EntryPoint = "fstatfs", SetLastError = true)]
    internal static partial int FileSystemStatus(int descriptor, StatFs* status);
}
