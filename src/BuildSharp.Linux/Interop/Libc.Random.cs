using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint getrandom(byte* buffer, nuint length, uint flags);
}
