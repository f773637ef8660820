using System.Runtime.CompilerServices;
using BuildSharp.Linux.Interop;

namespace BuildSharp.Linux;

/// <summary>Status of a file, from one <c>statx</c> call.</summary>
public readonly struct FileStatus
{
    private readonly statx _raw;

    internal FileStatus(in statx raw) => _raw = raw;

    /// <summary>Type of the file.</summary>
    public FileType Type => (FileType)(_raw.stx_mode >> 12);

    /// <summary>The twelve permission bits: setuid, setgid, sticky, and rwx three times.</summary>
    public int Mode => _raw.stx_mode & Octal.O7777;

    /// <summary>User id of the owner.</summary>
    public uint Uid => _raw.stx_uid;

    /// <summary>Group id.</summary>
    public uint Gid => _raw.stx_gid;

    /// <summary>Size in bytes; for a symbolic link the length of its target.</summary>
    public long Size => (long)_raw.stx_size;

    /// <summary>Number of allocated blocks of 512 bytes.</summary>
    public long Blocks => (long)_raw.stx_blocks;

    /// <summary>Inode number, unique together with <see cref="DeviceId"/>.</summary>
    public ulong Inode => _raw.stx_ino;

    /// <summary>Device number of the file system, as one opaque value.</summary>
    public ulong DeviceId => ((ulong)_raw.stx_dev_major << 32) | _raw.stx_dev_minor;

    /// <summary>Number of hard links.</summary>
    public uint LinkCount => _raw.stx_nlink;

    /// <summary>Modification time in whole seconds since 1970, rounded down.</summary>
    public long ModifiedSeconds => _raw.stx_mtime.tv_sec;

    /// <summary>Nanoseconds to add to the modification time.</summary>
    public int ModifiedNanoseconds => (int)_raw.stx_mtime.tv_nsec;

    /// <summary>Access time in whole seconds since 1970, rounded down.</summary>
    public long AccessedSeconds => _raw.stx_atime.tv_sec;

    /// <summary>Nanoseconds to add to the access time.</summary>
    public int AccessedNanoseconds => (int)_raw.stx_atime.tv_nsec;

    /// <summary>Status change time in whole seconds since 1970, rounded down.</summary>
    public long ChangedSeconds => _raw.stx_ctime.tv_sec;

    /// <summary>Nanoseconds to add to the status change time.</summary>
    public int ChangedNanoseconds => (int)_raw.stx_ctime.tv_nsec;

    /// <summary>Major number of a device; 0 for other types.</summary>
    public uint DeviceMajor => _raw.stx_rdev_major;

    /// <summary>Minor number of a device; 0 for other types.</summary>
    public uint DeviceMinor => _raw.stx_rdev_minor;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Type == FileType.Directory;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => Type == FileType.Regular;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsSymbolicLink => Type == FileType.SymbolicLink;

    /// <summary>Whether it is an overlay whiteout, a character device 0:0.</summary>
    public bool IsOverlayWhiteout => Type == FileType.CharacterDevice && DeviceMajor == 0 && DeviceMinor == 0;

    /// <summary>Whether it is a mount point; null before Linux 5.8, which does not report it.</summary>
    public bool? IsMountRoot =>
        (_raw.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0 ? null : (_raw.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;

    /// <summary>Status of a path in the process's file system.</summary>
    /// <exception cref="LinuxException">The path does not exist or cannot be accessed.</exception>
    public static FileStatus Of(string path, bool followLinks = false) =>
        TryOf(path, out var status, followLinks) ? status : throw LinuxException.Last("statx", path);

    /// <summary>Reason why a path does not exist, in the kernel's words: a component is missing or is a file, or symbolic links form a
    /// cycle.</summary>
    public static string WhyMissing(string path)
    {
        try
        {
            Of(path, followLinks: true);
            // The path was created meanwhile.
            return LinuxException.Describe(Errno.ENOENT);
        }
        catch (LinuxException error)
        {
            return error.Reason;
        }
    }

    /// <summary>Status of a path in the process's file system; false when it does not exist.</summary>
    /// <exception cref="LinuxException">Any error except a missing name.</exception>
    [SkipLocalsInit]
    public static unsafe bool TryOf(string path, out FileStatus status, bool followLinks = false)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            return Libc.TryStat(AT_FDCWD, p, followLinks ? 0 : AT_SYMLINK_NOFOLLOW, path, out status);
        }
    }
}
