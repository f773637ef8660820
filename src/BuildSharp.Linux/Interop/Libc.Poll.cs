using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    /// <summary>Declared because the function of Tmds.LibC does not keep the error number.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int poll(pollfd* entries, nuint count, int milliseconds);
}
