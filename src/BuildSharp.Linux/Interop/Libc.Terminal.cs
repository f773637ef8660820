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

    [LibraryImport(Library, EntryPoint = "isatty", SetLastError = true)]
    internal static partial int IsTerminal(int descriptor);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int ReadWindowSize(int descriptor, nuint request, WindowSize* size);
}
