namespace BuildSharp.Linux.Interop;

internal static unsafe partial class Libc
{
    internal const int SYS_openat2 = 437;

    private const int EscapeAttempts = 128;

    /// <summary><c>openat</c> with close-on-exec; repeated when a signal interrupts it.</summary>
    internal static int OpenAt(int directory, byte* path, int flags, int mode)
    {
        int result;
        do
        {
            result = openat(directory, path, flags | O_CLOEXEC, (ushort)mode);
        }
        while (result < 0 && LastError == Errno.EINTR);
        return result;
    }

    /// <summary><c>openat2</c> that resolves the whole path inside the directory, including symbolic links and "..".</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="path">Path below the directory.</param>
    /// <param name="flags">Of <see cref="OpenFlags"/>.</param>
    /// <param name="mode">Permissions of a created file.</param>
    /// <param name="restriction">Further limits of path resolution, such as <c>RESOLVE_NO_XDEV</c>.</param>
    internal static int OpenInRoot(int directory, byte* path, int flags, int mode, ulong restriction = 0)
    {
        var how = new open_how
        {
            flags = (uint)(flags | O_CLOEXEC),
            mode = (flags & O_CREAT) != 0 ? (uint)mode : 0,
            resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | restriction,
        };
        for (var attempt = 0; ; attempt++)
        {
            var result = (int)syscall(SYS_openat2, directory, path, &how, sizeof(open_how));
            if (result >= 0)
            {
                return result;
            }

            // EAGAIN: a rename somewhere on the machine happened while ".." was resolved, so the kernel could not guarantee the result.
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
