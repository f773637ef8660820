using System.Runtime.CompilerServices;

namespace BuildSharp.Linux;

/// <summary>What the kernel knows about a file, from one <c>statx</c>.</summary>
public readonly struct FileStatus
{
    private readonly Libc.StatX raw;

    internal FileStatus(in Libc.StatX raw) => this.raw = raw;

    /// <summary>Kind of the file.</summary>
    public FileType Type => (FileType)(raw.Mode >> 12);

    /// <summary>The twelve permission bits: setuid, setgid, sticky and rwx three times.</summary>
    public int Mode => raw.Mode & 0xFFF;

    /// <summary>Owner.</summary>
    public uint Uid => raw.Uid;

    /// <summary>Group.</summary>
    public uint Gid => raw.Gid;

    /// <summary>Apparent size in bytes; of a symbolic link the length of its target.</summary>
    public long Size => (long)raw.Size;

    /// <summary>Blocks of 512 bytes that are allocated.</summary>
    public long Blocks => (long)raw.Blocks;

    /// <summary>Number of the inode, unique together with <see cref="DeviceId"/>.</summary>
    public ulong Inode => raw.Inode;

    /// <summary>The file system the file is on, as one opaque number.</summary>
    public ulong DeviceId => ((ulong)raw.DeviceMajor << 32) | raw.DeviceMinor;

    /// <summary>Number of names the inode has.</summary>
    public uint LinkCount => raw.LinkCount;

    /// <summary>Modification time: whole seconds since 1970, rounded down.</summary>
    public long ModifiedSeconds => raw.Modified.Seconds;

    /// <summary>Modification time: nanoseconds to add.</summary>
    public int ModifiedNanoseconds => (int)raw.Modified.Nanoseconds;

    /// <summary>Access time: whole seconds since 1970, rounded down.</summary>
    public long AccessedSeconds => raw.Accessed.Seconds;

    /// <summary>Access time: nanoseconds to add.</summary>
    public int AccessedNanoseconds => (int)raw.Accessed.Nanoseconds;

    /// <summary>Status change time: whole seconds since 1970, rounded down.</summary>
    public long ChangedSeconds => raw.Changed.Seconds;

    /// <summary>Status change time: nanoseconds to add.</summary>
    public int ChangedNanoseconds => (int)raw.Changed.Nanoseconds;

    /// <summary>Major number of the device that the file is; 0 for others.</summary>
    public uint DeviceMajor => raw.RealDeviceMajor;

    /// <summary>Minor number of the device that the file is; 0 for others.</summary>
    public uint DeviceMinor => raw.RealDeviceMinor;

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
        (raw.AttributesMask & Libc.StatXMountRoot) == 0 ? null : (raw.Attributes & Libc.StatXMountRoot) != 0;

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
