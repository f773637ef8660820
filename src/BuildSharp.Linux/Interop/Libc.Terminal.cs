using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    [LibraryImport(Library, EntryPoint = "isatty", SetLastError = true)]
    internal static partial int IsTerminal(int descriptor);
}
