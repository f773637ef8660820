using System.Runtime.CompilerServices;
using BuildSharp.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>A lock on a whole file that belongs to the open file description (fcntl(2), "Open file description locks"). It conflicts with
/// <c>fcntl</c> locks of other programs, and with locks on other descriptors of the same process. Disposing releases it.</summary>
public sealed class FileLock : IDisposable
{
    private FileLock(SafeFileHandle file, bool exclusive)
    {
        File = file;
        IsExclusive = exclusive;
    }

    /// <summary>The locked file, open for writing unless a read-only file was requested.</summary>
    public SafeFileHandle File { get; }

    /// <summary>Whether the lock is a write lock.</summary>
    public bool IsExclusive { get; }

    /// <summary>Acquires the lock and waits if necessary. Creates a missing file with mode 0644.</summary>
    /// <param name="path">Path of the lock file.</param>
    /// <param name="exclusive">True for a write lock; false for a read lock, which several holders may have.</param>
    /// <param name="readOnlyFile">Opens the file only for reading, for stores that must not be written.</param>
    public static FileLock Acquire(string path, bool exclusive, bool readOnlyFile = false) => Take(path, exclusive, readOnlyFile, wait: true)!;

    /// <summary>Acquires the lock if that is possible without waiting; otherwise returns null.</summary>
    /// <param name="path">Path of the lock file.</param>
    /// <param name="exclusive">True for a write lock, false for a read lock.</param>
    /// <param name="readOnlyFile">Opens the file only for reading.</param>
    public static FileLock? TryAcquire(string path, bool exclusive, bool readOnlyFile = false) => Take(path, exclusive, readOnlyFile, wait: false);

    /// <summary>Acquires a write lock without waiting on a file that its holder removes with the lock.</summary>
    /// <param name="path">Path of the lock file.</param>
    /// <returns>Null when another holder has it, or removed it between opening and locking.</returns>
    public static FileLock? TryClaim(string path)
    {
        var held = TryAcquire(path, exclusive: true);
        if (held is not null && FileStatus.TryOf(path, out var status) && status.Inode == FileDescriptor.Stat(held.File).Inode)
        {
            return held;
        }

        held?.Dispose();
        return null;
    }

    /// <summary>Whether another descriptor holds a shared or exclusive lock on the file. Takes no lock and needs no write permission. A
    /// missing file is not locked.</summary>
    public static unsafe bool IsHeld(string path)
    {
        using var directory = DirectoryHandle.TryOpen(Path.GetDirectoryName(path)!);
        using var file = directory?.TryOpenFile(Path.GetFileName(path), OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        if (file is null)
        {
            return false;
        }

        var range = new flock { l_type = (short)F_WRLCK };
        return fcntl((int)file.DangerousGetHandle(), F_OFD_GETLK, &range) == 0
            ? range.l_type != F_UNLCK
            : throw LinuxException.Last("fcntl", path);
    }

    /// <summary>Releases the lock explicitly, because closing is not enough: a child process that another thread starts shares the
    /// descriptor, and with it the lock, between fork and exec.</summary>
    public void Dispose()
    {
        if (!File.IsClosed)
        {
            Release();
            File.Dispose();
        }
    }

    private unsafe void Release()
    {
        var range = new flock { l_type = (short)F_UNLCK };
        if (fcntl((int)File.DangerousGetHandle(), F_OFD_SETLK, &range) != 0)
        {
            throw LinuxException.Last("fcntl", "a lock file");
        }
    }

    [SkipLocalsInit]
    private static unsafe FileLock? Take(string path, bool exclusive, bool readOnlyFile, bool wait)
    {
        int descriptor;
        using (var native = new NativePath(path, stackalloc byte[NativePath.StackSize]))
        {
            fixed (byte* p = native)
            {
                var access = readOnlyFile ? OpenFlags.ReadOnly : OpenFlags.ReadWrite;

                // Do not follow a symbolic link, because a token is written to the file.
                descriptor = Libc.OpenAt(AT_FDCWD, p, access | OpenFlags.Create | OpenFlags.NoFollow, Octal.O644);
            }
        }

        if (descriptor < 0)
        {
            throw LinuxException.Last("open", path);
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        var range = new flock { l_type = (short)(exclusive ? F_WRLCK : F_RDLCK) };
        while (fcntl(descriptor, wait ? F_OFD_SETLKW : F_OFD_SETLK, &range) != 0)
        {
            var errno = LastError;
            if (errno == Errno.EINTR)
            {
                continue;
            }

            file.Dispose();
            return !wait && errno is Errno.EAGAIN or Errno.EACCES ? null : throw new LinuxException("fcntl", path, errno);
        }

        return new FileLock(file, exclusive);
    }
}
