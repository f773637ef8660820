using System.Runtime.InteropServices;

namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const uint RENAME_NOREPLACE = 1;

    internal const uint RENAME_EXCHANGE = 2;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int renameat2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);

    /// <summary>Declared because Tmds.LibC calls <c>__xmknodat</c>, which new programs cannot be linked with since glibc 2.33.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int mknodat(int directory, byte* path, uint mode, ulong device);

    internal static ulong makedev(uint major, uint minor) =>
        ((ulong)(major & 0xFFFFF000) << 32) | ((ulong)(major & 0xFFF) << 8) | ((ulong)(minor & 0xFFFFFF00) << 12) | (minor & 0xFF);
}
