using System.Runtime.CompilerServices;

namespace BuildSharp.Linux;

/// <summary>What the kernel knows about a file, from one <c>statx</c>.</summary>
public readonly struct FileStatus
{
    private readonly statx _raw;

    internal FileStatus(in statx raw) => _raw = raw;

    /// <summary>Kind of the file.</summary>
    public FileType Type => (FileType)(_raw.stx_mode >> 12);

    /// <summary>The twelve permission bits: setuid, setgid, sticky and rwx three times.</summary>
    public int Mode => _raw.stx_mode & Octal.O7777;

    /// <summary>Owner.</summary>
    public uint Uid => _raw.stx_uid;

    /// <summary>Group.</summary>
    public uint Gid => _raw.stx_gid;

    /// <summary>Apparent size in bytes; of a symbolic link the length of its target.</summary>
    public long Size => (long)_raw.stx_size;

    /// <summary>Blocks of 512 bytes that are allocated.</summary>
    public long Blocks => (long)_raw.stx_blocks;

    /// <summary>Number of the inode, unique together with <see cref="DeviceId"/>.</summary>
    public ulong Inode => _raw.stx_ino;

    /// <summary>The file system the file is on, as one opaque number.</summary>
    public ulong DeviceId => ((ulong)_raw.stx_dev_major << 32) | _raw.stx_dev_minor;

    /// <summary>Number of names the inode has.</summary>
    public uint LinkCount => _raw.stx_nlink;

    /// <summary>Modification time: whole seconds since 1970, rounded down.</summary>
    public long ModifiedSeconds => _raw.stx_mtime.tv_sec;

    /// <summary>Modification time: nanoseconds to add.</summary>
    public int ModifiedNanoseconds => (int)_raw.stx_mtime.tv_nsec;

    /// <summary>Access time: whole seconds since 1970, rounded down.</summary>
    public long AccessedSeconds => _raw.stx_atime.tv_sec;

    /// <summary>Access time: nanoseconds to add.</summary>
    public int AccessedNanoseconds => (int)_raw.stx_atime.tv_nsec;

    /// <summary>Status change time: whole seconds since 1970, rounded down.</summary>
    public long ChangedSeconds => _raw.stx_ctime.tv_sec;

    /// <summary>Status change time: nanoseconds to add.</summary>
    public int ChangedNanoseconds => (int)_raw.stx_ctime.tv_nsec;

    /// <summary>Major number of the device that the file is; 0 for others.</summary>
    public uint DeviceMajor => _raw.stx_rdev_major;

    /// <summary>Minor number of the device that the file is; 0 for others.</summary>
    public uint DeviceMinor => _raw.stx_rdev_minor;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Type == FileType.Directory;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => Type == FileType.Regular;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsSymbolicLink => Type == FileType.SymbolicLink;

    /// <summary>Whether it is overlay's mark of a deleted name: a character device 0:0.</summary>
    public bool IsOverlayWhiteout => Type == FileType.CharacterDevice && DeviceMajor == 0 && DeviceMinor == 0;

    /// <summary>Whether something is mounted exactly here; null before Linux 5.8, which does not tell.</summary>
    public bool? IsMountRoot =>
        (_raw.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) == 0 ? null : (_raw.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;

    /// <summary>Status of a path of this machine.</summary>
    /// <exception cref="LinuxException">It does not exist or cannot be reached.</exception>
    public static FileStatus Of(string path, bool followLinks = false) =>
        TryOf(path, out var status, followLinks) ? status : throw LinuxException.Last("statx", path);

    /// <summary>Why nothing is found at a path of this machine, in the kernel's words: a name is missing, one on the way is a file's, or
    /// links go round in a circle.</summary>
    public static string WhyMissing(string path)
    {
        try
        {
            Of(path, followLinks: true);
            // It has come meanwhile.
            return LinuxException.Describe(Errno.ENOENT);
        }
        catch (LinuxException error)
        {
            return error.Reason;
        }
    }

    /// <summary>Status of a path of this machine; false when nothing is there.</summary>
    /// <exception cref="LinuxException">Any error but a missing name.</exception>
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
