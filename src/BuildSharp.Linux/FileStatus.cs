using System.Runtime.CompilerServices;

namespace BuildSharp.Linux;

/// <summary>What the kernel knows about a file, from one <c>statx</c>.</summary>
public readonly struct FileStatus
{
    private readonly Libc.StatX _raw;

    internal FileStatus(in Libc.StatX raw) => _raw = raw;

    /// <summary>Kind of the file.</summary>
    public FileType Type => (FileType)(_raw.Mode >> 12);

    /// <summary>The twelve permission bits: setuid, setgid, sticky and rwx three times.</summary>
    public int Mode => _raw.Mode & 0xFFF;

    /// <summary>Owner.</summary>
    public uint Uid => _raw.Uid;

    /// <summary>Group.</summary>
    public uint Gid => _raw.Gid;

    /// <summary>Apparent size in bytes; of a symbolic link the length of its target.</summary>
    public long Size => (long)_raw.Size;

    /// <summary>Blocks of 512 bytes that are allocated.</summary>
    public long Blocks => (long)_raw.Blocks;

    /// <summary>Number of the inode, unique together with <see cref="DeviceId"/>.</summary>
    public ulong Inode => _raw.Inode;

    /// <summary>The file system the file is on, as one opaque number.</summary>
    public ulong DeviceId => ((ulong)_raw.DeviceMajor << 32) | _raw.DeviceMinor;

    /// <summary>Number of names the inode has.</summary>
    public uint LinkCount => _raw.LinkCount;

    /// <summary>Modification time: whole seconds since 1970, rounded down.</summary>
    public long ModifiedSeconds => _raw.Modified.Seconds;

    /// <summary>Modification time: nanoseconds to add.</summary>
    public int ModifiedNanoseconds => (int)_raw.Modified.Nanoseconds;

    /// <summary>Access time: whole seconds since 1970, rounded down.</summary>
    public long AccessedSeconds => _raw.Accessed.Seconds;

    /// <summary>Access time: nanoseconds to add.</summary>
    public int AccessedNanoseconds => (int)_raw.Accessed.Nanoseconds;

    /// <summary>Status change time: whole seconds since 1970, rounded down.</summary>
    public long ChangedSeconds => _raw.Changed.Seconds;

    /// <summary>Status change time: nanoseconds to add.</summary>
    public int ChangedNanoseconds => (int)_raw.Changed.Nanoseconds;

    /// <summary>Major number of the device that the file is; 0 for others.</summary>
    public uint DeviceMajor => _raw.RealDeviceMajor;

    /// <summary>Minor number of the device that the file is; 0 for others.</summary>
    public uint DeviceMinor => _raw.RealDeviceMinor;

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
        (_raw.AttributesMask & Libc.StatXMountRoot) == 0 ? null : (_raw.Attributes & Libc.StatXMountRoot) != 0;

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
            return Libc.TryStat(Libc.AtCurrentDirectory, p, followLinks ? 0 : Libc.AtSymlinkNoFollow, path, out status);
        }
    }
}
