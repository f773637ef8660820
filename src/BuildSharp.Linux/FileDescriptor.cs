using BuildSharp.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Direct system calls on an open file. .NET's streams first query size, position and type, which costs more than copying a small
/// file.</summary>
public static unsafe class FileDescriptor
{
    /// <summary>Status of the open file.</summary>
    public static FileStatus Stat(SafeFileHandle file)
    {
        byte empty = 0;
        var found = Libc.TryStat(Number(file), &empty, AT_EMPTY_PATH, "descriptor", out var status);
        GC.KeepAlive(file);
        return found ? status : throw LinuxException.Last("statx");
    }

    /// <summary>Whether there is something to read at once: a file that is not at its end, or a pipe or socket with content. Devices, such as
    /// terminals, have nothing.</summary>
    public static bool HasInput(SafeFileHandle file)
    {
        var status = Stat(file);
        if (status.IsRegular)
        {
            return lseek(Number(file), 0, SEEK_CUR) < status.Size;
        }

        var entry = new pollfd { fd = Number(file), events = POLLIN };
        return status.Type is FileType.Fifo or FileType.Socket && Libc.poll(&entry, 1, 0) > 0 && (entry.revents & POLLIN) != 0;
    }

    /// <summary>Whether two descriptors are of the same file, pipe or terminal; false also when one is not open.</summary>
    public static bool AreSame(SafeFileHandle one, SafeFileHandle other)
    {
        try
        {
            var (first, second) = (Stat(one), Stat(other));
            return (first.DeviceId, first.Inode) == (second.DeviceId, second.Inode);
        }
        catch (LinuxException error) when (error.Errno == Errno.EBADF)
        {
            return false;
        }
    }

    /// <summary>Content of a regular file; null when it does not exist.</summary>
    /// <exception cref="LinuxException">Any error except a missing name; also when it is not a regular file.</exception>
    public static byte[]? TryReadAll(string path)
    {
        using var file = TryOpenRegular(path, out var status);
        if (file is null)
        {
            return null;
        }

        var content = status.Size <= Array.MaxLength ? new byte[status.Size] : throw new LinuxException("read", path, Errno.EFBIG);
        var length = ReadAt(file, content, 0);
        return length == content.Length ? content : content[..length];
    }

    /// <summary>Opens a regular file for reading; null when it does not exist. Other types are refused, because opening a pipe, for
    /// example, would wait for a writer.</summary>
    /// <exception cref="LinuxException">Any error except a missing name; also when it is not a regular file.</exception>
    public static SafeFileHandle? TryOpenRegular(string path) => TryOpenRegular(path, out _);

    private static SafeFileHandle? TryOpenRegular(string path, out FileStatus status)
    {
        status = default;
        int descriptor;
        using (var native = new NativePath(path, stackalloc byte[NativePath.StackSize]))
        {
            fixed (byte* p = native)
            {
                descriptor = Libc.OpenAt(AT_FDCWD, p, OpenFlags.ReadOnly | OpenFlags.NonBlocking, 0);
            }
        }

        if (descriptor < 0)
        {
            return LastError is Errno.ENOENT or Errno.ENOTDIR ? null
                : LastError is Errno.ENXIO ? throw LinuxException.NotRegular(path)
                : throw LinuxException.Last("open", path);
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            status = Stat(file);
            return status.IsRegular ? file
                : throw (status.IsDirectory ? new LinuxException("read", path, Errno.EISDIR) : LinuxException.NotRegular(path));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads at the file's position; returns 0 at the end.</summary>
    public static int Read(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            long got;
            while ((got = read(Number(file), p, buffer.Length)) < 0)
            {
                ThrowUnlessInterrupted("read");
            }

            GC.KeepAlive(file);
            return (int)got;
        }
    }

    /// <summary>Writes all bytes at the file's position.</summary>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> content)
    {
        fixed (byte* p = content)
        {
            for (var done = 0; done < content.Length;)
            {
                var written = write(Number(file), p + done, content.Length - done);
                if (written < 0)
                {
                    ThrowUnlessInterrupted("write");
                    continue;
                }

                done += (int)written;
            }
        }

        GC.KeepAlive(file);
    }

    /// <summary>Reads at an offset until the buffer is full or the file ends.</summary>
    public static int ReadAt(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        var done = 0;
        fixed (byte* p = buffer)
        {
            while (done < buffer.Length)
            {
                var read = pread(Number(file), p + done, buffer.Length - done, offset + done);
                if (read == 0)
                {
                    break;
                }

                if (read < 0)
                {
                    ThrowUnlessInterrupted("pread");
                    continue;
                }

                done += (int)read;
            }
        }

        GC.KeepAlive(file);
        return done;
    }

    /// <summary>Writes all bytes at an offset.</summary>
    public static void WriteAt(SafeFileHandle file, ReadOnlySpan<byte> content, long offset)
    {
        fixed (byte* p = content)
        {
            for (var done = 0; done < content.Length;)
            {
                var written = pwrite(Number(file), p + done, content.Length - done, offset + done);
                if (written < 0)
                {
                    ThrowUnlessInterrupted("pwrite");
                    continue;
                }

                done += (int)written;
            }
        }

        GC.KeepAlive(file);
    }

    /// <summary>Truncates the file, or extends it with a hole.</summary>
    public static void SetLength(SafeFileHandle file, long length) => Check(ftruncate(Number(file), length), "ftruncate", file);

    /// <summary>Changes owner and group. The kernel clears setuid and setgid, so set the mode afterwards.</summary>
    public static void SetOwner(SafeFileHandle file, uint uid, uint gid)
    {
        byte empty = 0;
        if (fchownat(Number(file), &empty, uid, gid, AT_EMPTY_PATH) != 0)
        {
            throw LinuxException.LastOfOwner("fchown", null, uid, gid);
        }

        GC.KeepAlive(file);
    }

    /// <summary>Sets the twelve permission bits regardless of the umask.</summary>
    public static void SetMode(SafeFileHandle file, int mode) => Check(fchmod(Number(file), (ushort)mode), "fchmod", file);

    /// <summary>Sets access and modification time.</summary>
    public static void SetTimes(SafeFileHandle file, long seconds, int nanoseconds)
    {
        var times = stackalloc timespec[2];
        times[0] = times[1] = new timespec { tv_sec = seconds, tv_nsec = nanoseconds };
        Check(futimens(Number(file), times), "futimens", file);
    }

    /// <summary>Waits until the content, and the metadata needed to read it, is on disk.</summary>
    public static void SyncData(SafeFileHandle file) => Check(fdatasync(Number(file)), "fdatasync", file);

    /// <summary>Ensures that after a crash a later rename is not on disk without the content. On ext4, where writing was started
    /// (<see cref="StartWriting"/>), the journal ensures this without waiting, unless mounted with data=writeback. On XFS it waits until
    /// the content is written. On other file systems it is <see cref="SyncData"/>, which takes many times as long.</summary>
    public static void WriteBeforeRename(SafeFileHandle file)
    {
        FileSystemStatus status;
        var type = fstatfs(Number(file), &status) == 0 ? status.Type : 0;
        var isOrdered = type is EXT4_SUPER_MAGIC or TMPFS_MAGIC
            || (type is XFS_SUPER_MAGIC && sync_file_range(Number(file), 0, 0, SYNC_FILE_RANGE_WRITE_AND_WAIT) == 0);
        if (!isOrdered)
        {
            SyncData(file);
        }

        GC.KeepAlive(file);
    }

    /// <summary>Starts writing the content to disk without waiting. File systems that do not support it ignore the call.</summary>
    public static void StartWriting(SafeFileHandle file)
    {
        _ = sync_file_range(Number(file), 0, 0, (uint)SYNC_FILE_RANGE_WRITE);
        GC.KeepAlive(file);
    }

    internal static int Number(SafeFileHandle file) => (int)file.DangerousGetHandle();

    private static void Check(int result, string call, SafeFileHandle file)
    {
        if (result != 0)
        {
            throw LinuxException.Last(call);
        }

        GC.KeepAlive(file);
    }

    private static void ThrowUnlessInterrupted(string call)
    {
        if (LastError != Errno.EINTR)
        {
            throw LinuxException.Last(call);
        }
    }
}
