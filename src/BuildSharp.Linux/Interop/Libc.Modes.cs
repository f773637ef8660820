namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    /// <summary>Number of the system call <c>fchmodat2</c>, for which the C library has no function.</summary>
    internal const int SYS_fchmodat2 = 452;
}
