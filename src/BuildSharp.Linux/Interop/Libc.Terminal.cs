using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    /// <summary><c>TIOCGWINSZ</c>, on every processor that .NET runs on but POWER.</summary>
    internal const nuint GetWindowSize = 0x5413;

    [StructLayout(LayoutKind.Sequential)]
    internal struct WindowSize
    {
        internal ushort Rows;
        internal ushort Columns;
        internal ushort Width;
        internal ushort Height;
    }

    /// <summary><c>TIOCSPTLCK</c>.</summary>
    internal const ulong SetTerminalLock = 0x40045431;

    /// <summary><c>TIOCGPTPEER</c>.</summary>
    internal const ulong OpenTerminalPeer = 0x5441;

    /// <summary><c>TCSANOW</c>.</summary>
    internal const int Now = 0;

    /// <summary>Takes a pointer to an <c>int</c>, or flags of <c>open</c>.</summary>
    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int ControlTerminal(int descriptor, ulong request, nint argument);

    [LibraryImport(Library, EntryPoint = "tcgetattr", SetLastError = true)]
    internal static partial int ReadTerminalAttributes(int descriptor, byte* attributes);

    [LibraryImport(Library, EntryPoint = "tcsetattr", SetLastError = true)]
    internal static partial int WriteTerminalAttributes(int descriptor, int when, byte* attributes);

    [LibraryImport(Library, EntryPoint = "cfmakeraw")]
    internal static partial void MakeRaw(byte* attributes);

    [LibraryImport(Library, EntryPoint = "isatty", SetLastError = true)]
    internal static partial int IsTerminal(int descriptor);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int ReadWindowSize(int descriptor, nuint request, WindowSize* size);
}
