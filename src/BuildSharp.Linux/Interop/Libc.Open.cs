using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

internal static unsafe partial class Libc
{
    internal const long OpenAt2Number = 437;

    /// <summary><c>RESOLVE_NO_XDEV</c>.</summary>
    internal const ulong ResolveNoOtherMount = 0x01;

    /// <summary><c>RESOLVE_NO_MAGICLINKS</c>.</summary>
    internal const ulong ResolveNoMagicLinks = 0x02;

    /// <summary><c>RESOLVE_IN_ROOT</c>.</summary>
    internal const ulong ResolveInRoot = 0x10;

    private const int EscapeAttempts = 128;

    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenHow
    {
        internal ulong Flags;
        internal ulong Mode;
        internal ulong Resolve;
    }

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true)]
    private static partial int NativeOpenAt(int directory, byte* path, int flags, int mode);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport(Library, EntryPoint = "dup", SetLastError = true)]
    internal static partial int Duplicate(int descriptor);

    /// <summary><c>openat</c>, repeated when a signal interrupts it. Adds close-on-exec.</summary>
    internal static int OpenAt(int directory, byte* path, int flags, int mode)
    {
        int result;
        do
        {
            result = NativeOpenAt(directory, path, flags | OpenFlags.CloseOnExec, mode);
        }
        while (result < 0 && LastError == Errno.EINTR);
        return result;
    }

    /// <summary><c>openat2</c> that resolves inside the directory, whatever links and ".." the path goes through.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="path">Path inside.</param>
    /// <param name="flags">Of <see cref="OpenFlags"/>.</param>
    /// <param name="mode">Permissions of a file that this creates.</param>
    /// <param name="restriction">Further limits of the resolution, such as <see cref="ResolveNoOtherMount"/>.</param>
    internal static int OpenInRoot(int directory, byte* path, int flags, int mode, ulong restriction = 0)
    {
        var how = new OpenHow
        {
            Flags = (ulong)(uint)(flags | OpenFlags.CloseOnExec),
            Mode = (flags & OpenFlags.Create) != 0 ? (ulong)(uint)mode : 0,
            Resolve = ResolveInRoot | ResolveNoMagicLinks | restriction,
        };
        for (var attempt = 0; ; attempt++)
        {
            var result = (int)SystemCall(OpenAt2Number, directory, (long)path, (long)&how, sizeof(OpenHow), 0, 0);
            if (result >= 0)
            {
                return result;
            }

            // EAGAIN: something was renamed anywhere on the machine while ".." was resolved, so the kernel could not be sure.
            var again = LastError == Errno.EINTR || (LastError == Errno.EAGAIN && attempt < EscapeAttempts);
            if (!again)
            {
                return LastError == Errno.ENOSYS
                    ? throw new LinuxException("openat2 (needs Linux 5.6 or later)", null, Errno.ENOSYS)
                    : result;
            }
        }
    }
}
