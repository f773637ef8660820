using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>A lock on a whole file that belongs to its descriptor (an "open file description" lock). It conflicts with the locks of
/// <c>fcntl</c> that other programs take, also with one on another descriptor of the same process. Disposing releases it.</summary>
public sealed class FileLock : IDisposable
{
    private FileLock(SafeFileHandle file, bool exclusive)
    {
        File = file;
        IsExclusive = exclusive;
    }

    /// <summary>The locked file; open for writing unless a read-only one was asked for.</summary>
    public SafeFileHandle File { get; }

    /// <summary>Whether nobody else may read.</summary>
    public bool IsExclusive { get; }

    /// <summary>Takes the lock, waiting for whoever has it. Creates the file, with mode 0644, when it is missing.</summary>
    /// <param name="path">Path of the lock file.</param>
    /// <param name="exclusive">A write lock; otherwise a read lock, which many may have.</param>
    /// <param name="readOnlyFile">Open the file for reading only, for stores that must not be written to.</param>
    public static FileLock Acquire(string path, bool exclusive, bool readOnlyFile = false) => Take(path, exclusive, readOnlyFile, wait: true)!;

    /// <summary>Takes the lock if that is possible now; null when someone else has it.</summary>
    /// <param name="path">Path of the lock file.</param>
    /// <param name="exclusive">A write lock; otherwise a read lock.</param>
    /// <param name="readOnlyFile">Open the file for reading only.</param>
    public static FileLock? TryAcquire(string path, bool exclusive, bool readOnlyFile = false) => Take(path, exclusive, readOnlyFile, wait: false);

    /// <summary>Whether anybody holds a lock on the file, shared or exclusive. Takes none, and needs no right to write; a file that is
    /// missing is not locked.</summary>
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

    /// <summary>Releases the lock. Closing alone would not do: a child process that another thread is about to start shares the
    /// descriptor between its fork and its exec, and the lock with it.</summary>
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

                // A link could lead anywhere, and a token is written into the file.
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
