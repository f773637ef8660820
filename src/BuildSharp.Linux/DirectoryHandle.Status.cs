using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using BuildSharp.Linux.Interop;

namespace BuildSharp.Linux;

// Reads and changes the properties of inodes.
public sealed partial class DirectoryHandle
{
    /// <summary>Status of this directory.</summary>
    public unsafe FileStatus Stat()
    {
        byte empty = 0;
        return Libc.TryStat(Descriptor, &empty, AT_EMPTY_PATH, this, out var status) ? status : throw LinuxException.Last("statx", Name);
    }

    /// <summary>Number of free bytes of the file system that the directory is on; the largest number where the file system does not count
    /// them.</summary>
    public unsafe long FreeBytes()
    {
        Libc.FileSystemStatus status;
        if (Libc.fstatfs(Descriptor, &status) != 0)
        {
            throw LinuxException.Last("fstatfs", Name);
        }

        return status.Blocks == 0 ? long.MaxValue : (long)UInt128.Min((UInt128)status.FreeBlocks * (ulong)status.BlockSize, long.MaxValue);
    }

    /// <summary>Status of a path.</summary>
    /// <exception cref="LinuxException">The path does not exist or cannot be accessed.</exception>
    public FileStatus Stat(ReadOnlySpan<byte> path, bool followLinks = false) =>
        TryStat(path, out var status, followLinks) ? status : throw new LinuxException("statx", Within(path), Errno.ENOENT);

    /// <inheritdoc cref="Stat(ReadOnlySpan{byte}, bool)"/>
    public FileStatus Stat(string path, bool followLinks = false) => Stat(Encoding.UTF8.GetBytes(path), followLinks);

    /// <summary>Status of a path; false when it does not exist.</summary>
    [SkipLocalsInit]
    public unsafe bool TryStat(ReadOnlySpan<byte> path, out FileStatus status, bool followLinks = false)
    {
        if (NamesItself(path))
        {
            status = Stat();
            return true;
        }

        if (followLinks || path.EndsWith("/.."u8) || path.SequenceEqual(".."u8))
        {
            return TryStatResolved(path, out status);
        }

        if (!TryLocate(path, "statx", out var place))
        {
            status = default;
            return false;
        }

        using (place)
        {
            using var native = new NativePath(place.Name, stackalloc byte[NativePath.StackSize]);
            fixed (byte* p = native)
            {
                return Libc.TryStat(place.Directory, p, AT_SYMLINK_NOFOLLOW, this, out status);
            }
        }
    }

    /// <inheritdoc cref="TryStat(ReadOnlySpan{byte}, out FileStatus, bool)"/>
    public bool TryStat(string path, out FileStatus status, bool followLinks = false) =>
        TryStat(Encoding.UTF8.GetBytes(path), out status, followLinks);

    /// <summary>Whether the name exists, even as a dangling symbolic link.</summary>
    public bool Exists(ReadOnlySpan<byte> path) => TryStat(path, out _);

    /// <inheritdoc cref="Exists(ReadOnlySpan{byte})"/>
    public bool Exists(string path) => TryStat(path, out _);

    /// <summary>Target of a symbolic link.</summary>
    [SkipLocalsInit]
    public unsafe byte[] ReadLink(ReadOnlySpan<byte> path)
    {
        using var place = Locate(path, "readlinkat");
        using var native = new NativePath(place.Name, stackalloc byte[NativePath.StackSize]);
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            fixed (byte* p = native)
            fixed (byte* b = buffer)
            {
                var length = readlinkat(place.Directory, p, b, buffer.Length);
                return length < 0 ? throw Failed("readlinkat", path) : buffer.AsSpan(0, (int)length).ToArray();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc cref="ReadLink(ReadOnlySpan{byte})"/>
    public string ReadLink(string path) => Encoding.UTF8.GetString(ReadLink(Encoding.UTF8.GetBytes(path)));

    /// <summary>Changes owner and group of the name itself, including a symbolic link. The kernel clears setuid and setgid, so set the mode
    /// afterwards.</summary>
    [SkipLocalsInit]
    public unsafe void SetOwner(ReadOnlySpan<byte> path, uint uid, uint gid)
    {
        if (NamesItself(path))
        {
            SetOwner(uid, gid);
            return;
        }

        using var place = Locate(path, "fchownat");
        using var native = new NativePath(place.Name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            if (fchownat(place.Directory, p, uid, gid, AT_SYMLINK_NOFOLLOW) != 0)
            {
                throw LinuxException.LastOfOwner("fchownat", Within(path), uid, gid);
            }
        }
    }

    /// <inheritdoc cref="SetOwner(ReadOnlySpan{byte}, uint, uint)"/>
    public void SetOwner(string path, uint uid, uint gid) => SetOwner(Encoding.UTF8.GetBytes(path), uid, gid);

    /// <summary>Changes owner and group of this directory.</summary>
    public unsafe void SetOwner(uint uid, uint gid)
    {
        byte empty = 0;
        if (fchownat(Descriptor, &empty, uid, gid, AT_EMPTY_PATH) != 0)
        {
            throw LinuxException.LastOfOwner("fchownat", Name, uid, gid);
        }
    }

    /// <summary>Sets the twelve permission bits regardless of the umask. For a symbolic link, which has none, the kernel returns
    /// EOPNOTSUPP.</summary>
    [SkipLocalsInit]
    public unsafe void SetMode(ReadOnlySpan<byte> path, int mode)
    {
        if (NamesItself(path))
        {
            SetMode(mode);
            return;
        }

        using var place = Locate(path, "fchmodat");
        using var native = new NativePath(place.Name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            if ((int)syscall(SYS_fchmodat2, place.Directory, p, mode, AT_SYMLINK_NOFOLLOW) == 0)
            {
                return;
            }

            if (LastError != Errno.ENOSYS)
            {
                throw Failed("fchmodat2", path);
            }

            // Before Linux 6.6: open the inode with O_PATH and change it through its descriptor, so that a link is never followed.
            var inode = Libc.OpenAt(place.Directory, p, OpenFlags.Path | OpenFlags.NoFollow, 0);
            if (inode < 0)
            {
                throw Failed("fchmodat", path);
            }

            try
            {
                SetModeOf(inode, mode, path);
            }
            finally
            {
                _ = close(inode);
            }
        }
    }

    /// <inheritdoc cref="SetMode(ReadOnlySpan{byte}, int)"/>
    public void SetMode(string path, int mode) => SetMode(Encoding.UTF8.GetBytes(path), mode);

    /// <summary>Sets the permission bits of this directory, regardless of the umask.</summary>
    public void SetMode(int mode)
    {
        if (fchmod(Descriptor, (ushort)mode) != 0)
        {
            throw LinuxException.Last("fchmod", Name);
        }
    }

    /// <summary>Sets access and modification time of the name itself, including a symbolic link.</summary>
    [SkipLocalsInit]
    public unsafe void SetTimes(ReadOnlySpan<byte> path, long seconds, int nanoseconds)
    {
        if (NamesItself(path))
        {
            SetTimes(seconds, nanoseconds);
            return;
        }

        using var place = Locate(path, "utimensat");
        using var native = new NativePath(place.Name, stackalloc byte[NativePath.StackSize]);
        var times = stackalloc timespec[2];
        times[0] = times[1] = new timespec { tv_sec = seconds, tv_nsec = nanoseconds };
        fixed (byte* p = native)
        {
            if (utimensat(place.Directory, p, times, AT_SYMLINK_NOFOLLOW) != 0)
            {
                throw Failed("utimensat", path);
            }
        }
    }

    /// <inheritdoc cref="SetTimes(ReadOnlySpan{byte}, long, int)"/>
    public void SetTimes(string path, long seconds, int nanoseconds) => SetTimes(Encoding.UTF8.GetBytes(path), seconds, nanoseconds);

    /// <summary>Sets access and modification time of this directory.</summary>
    public unsafe void SetTimes(long seconds, int nanoseconds)
    {
        var times = stackalloc timespec[2];
        times[0] = times[1] = new timespec { tv_sec = seconds, tv_nsec = nanoseconds };
        if (futimens(Descriptor, times) != 0)
        {
            throw LinuxException.Last("futimens", Name);
        }
    }

    [SkipLocalsInit]
    private unsafe bool TryStatResolved(ReadOnlySpan<byte> path, out FileStatus status)
    {
        var inode = TryOpenDescriptor(path, OpenFlags.Path, 0);
        if (inode < 0)
        {
            status = default;
            return LastError is Errno.ENOENT or Errno.ENOTDIR ? false : throw Failed("openat2", path);
        }

        try
        {
            byte empty = 0;
            return Libc.TryStat(inode, &empty, AT_EMPTY_PATH, this, out status);
        }
        finally
        {
            _ = close(inode);
        }
    }

    [SkipLocalsInit]
    private unsafe void SetModeOf(int inode, int mode, ReadOnlySpan<byte> path)
    {
        using var native = new NativePath($"/proc/self/fd/{inode}", stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            if (chmod(p, (ushort)mode) != 0)
            {
                throw Failed("chmod", path);
            }
        }
    }
}
