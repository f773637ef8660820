using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "getrandom", SetLastError = true)]
    internal static partial nint GetRandom(byte* buffer, nuint length, uint flags);
}
