using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    /// <summary><c>POLLIN</c>.</summary>
    internal const short CanRead = 1;

    /// <summary><c>POLLOUT</c>.</summary>
    internal const short CanWrite = 4;

    /// <summary><c>EFD_CLOEXEC</c>.</summary>
    internal const int EventCloseOnExec = OpenFlags.CloseOnExec;

    [StructLayout(LayoutKind.Sequential)]
    internal struct PollEntry
    {
        internal int Descriptor;
        internal short Wanted;
        internal short Found;
    }

    [LibraryImport(Library, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int CreateEvent(uint value, int flags);
}
