using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    [LibraryImport(Library)]
    internal static partial void cfmakeraw(termios* attributes);
}
