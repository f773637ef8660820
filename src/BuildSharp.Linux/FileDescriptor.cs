using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Operations on an open file that go straight to the kernel. .NET's streams ask for size, position and kind first, which
/// costs more than the copying of a small file.</summary>
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

    /// <summary>The whole content of a regular file; null when nothing has the name.</summary>
    /// <exception cref="LinuxException">Any error but a missing name; also when it is no regular file.</exception>
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

    /// <summary>Opens a regular file to read; null when nothing has the name. Anything else of that name, such as a pipe that nobody writes
    /// to, is refused instead of waited for.</summary>
    /// <exception cref="LinuxException">Any error but a missing name; also when it is no regular file.</exception>
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

    /// <summary>Reads at the file's position; 0 at the end.</summary>
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

    /// <summary>Writes everything at the file's position.</summary>
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

    /// <summary>Reads at an offset, until the buffer is full or the file ends.</summary>
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

    /// <summary>Writes everything at an offset.</summary>
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

    /// <summary>Cuts the file, or lengthens it with a hole.</summary>
    public static void SetLength(SafeFileHandle file, long length) => Check(ftruncate(Number(file), length), "ftruncate", file);

    /// <summary>Changes owner and group; the kernel clears setuid and setgid, so set the mode after this.</summary>
    public static void SetOwner(SafeFileHandle file, uint uid, uint gid)
    {
        byte empty = 0;
        if (fchownat(Number(file), &empty, uid, gid, AT_EMPTY_PATH) != 0)
        {
            throw LinuxException.LastOfOwner("fchown", null, uid, gid);
        }

        GC.KeepAlive(file);
    }

    /// <summary>Changes the twelve permission bits, exactly.</summary>
    public static void SetMode(SafeFileHandle file, int mode) => Check(fchmod(Number(file), (ushort)mode), "fchmod", file);

    /// <summary>Sets access and modification time.</summary>
    public static void SetTimes(SafeFileHandle file, long seconds, int nanoseconds)
    {
        var times = stackalloc timespec[2];
        times[0] = times[1] = new timespec { tv_sec = seconds, tv_nsec = nanoseconds };
        Check(futimens(Number(file), times), "futimens", file);
    }

    /// <summary>Waits until the content, and what is needed to read it back, is on the disk.</summary>
    public static void SyncData(SafeFileHandle file) => Check(fdatasync(Number(file)), "fdatasync", file);

    /// <summary>Sees that a rename made after this is never found after a crash without the content. On ext4, where writing was started
    /// (<see cref="StartWriting"/>), there is nothing to wait for: the journal takes the rename to the disk only after the content (its
    /// mount option data=writeback gives that up, for every program). On XFS it is enough to wait until the content is written; elsewhere
    /// this is <see cref="SyncData"/>, which takes many times as long.</summary>
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

    /// <summary>Starts writing the content to the disk, without waiting. A hint: a file system that does not know it does nothing.</summary>
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
