using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

/// <summary>What Tmds.LibC lacks of the C library and the kernel, under its native names: one family of calls with its structs a file.
/// Call sites name neither class (the project file imports both); <c>Libc.</c> stands before what only this room has, and before a call
/// that Tmds.LibC has too and that does not serve here.</summary>
internal static unsafe partial class Libc
{
    // Spelled as Tmds.LibC does, so that one line of the program's project file binds the calls of both.
    private const string Library = "libc.so.6";

    /// <summary>Error number of the last call made from this thread.</summary>
    internal static int LastError => Marshal.GetLastPInvokeError();
}
