using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

/// <summary>Functions of the C library that Tmds.LibC lacks, under their native names: one file per family of functions and their structs.
/// The project imports both classes. The prefix <c>Libc.</c> is used for wrappers of this room, and for functions that Tmds.LibC has but
/// that are unsuitable.</summary>
internal static unsafe partial class Libc
{
    // The same name as in Tmds.LibC, so that one DirectPInvoke item of the program's project applies to both.
    private const string Library = "libc.so.6";

    /// <summary>Error number of the last call on this thread.</summary>
    internal static int LastError => Marshal.GetLastPInvokeError();
}
