namespace BuildSharp.Linux;

/// <summary>Error numbers of the kernel that this program distinguishes (errno(3)); equal on all architectures that .NET
/// supports.</summary>
public static class Errno
{
    /// <summary>Operation not permitted.</summary>
    public const int EPERM = 1;

    /// <summary>No such file or directory.</summary>
    public const int ENOENT = 2;

    /// <summary>Interrupted by a signal; this room repeats such calls itself.</summary>
    public const int EINTR = 4;

    /// <summary>No such device or address; also for a socket opened as a file.</summary>
    public const int ENXIO = 6;

    /// <summary>Input or output error.</summary>
    public const int EIO = 5;

    /// <summary>Bad file descriptor.</summary>
    public const int EBADF = 9;

    /// <summary>Try again; also "would block".</summary>
    public const int EAGAIN = 11;

    /// <summary>Out of memory.</summary>
    public const int ENOMEM = 12;

    /// <summary>Permission denied.</summary>
    public const int EACCES = 13;

    /// <summary>Device or resource busy, for example a mount point.</summary>
    public const int EBUSY = 16;

    /// <summary>The file exists already.</summary>
    public const int EEXIST = 17;

    /// <summary>A hard link, rename or reflink across file systems.</summary>
    public const int EXDEV = 18;

    /// <summary>Not a directory.</summary>
    public const int ENOTDIR = 20;

    /// <summary>Is a directory.</summary>
    public const int EISDIR = 21;

    /// <summary>Invalid argument.</summary>
    public const int EINVAL = 22;

    /// <summary>The device does not support the request.</summary>
    public const int ENOTTY = 25;

    /// <summary>The executable is being written to.</summary>
    public const int ETXTBSY = 26;

    /// <summary>The file is too big.</summary>
    public const int EFBIG = 27;

    /// <summary>No space left on the device.</summary>
    public const int ENOSPC = 28;

    /// <summary>Read-only file system.</summary>
    public const int EROFS = 30;

    /// <summary>Too many links to the inode.</summary>
    public const int EMLINK = 31;

    /// <summary>The buffer is too small.</summary>
    public const int ERANGE = 34;

    /// <summary>A name or path is too long.</summary>
    public const int ENAMETOOLONG = 36;

    /// <summary>The kernel lacks this system call.</summary>
    public const int ENOSYS = 38;

    /// <summary>The directory is not empty.</summary>
    public const int ENOTEMPTY = 39;

    /// <summary>Too many symbolic links, or one that must not be followed.</summary>
    public const int ELOOP = 40;

    /// <summary>No such extended attribute.</summary>
    public const int ENODATA = 61;

    /// <summary>The value does not fit its type, or a path would leave its root.</summary>
    public const int EOVERFLOW = 75;

    /// <summary>The file system does not support the operation.</summary>
    public const int EOPNOTSUPP = 95;

    /// <summary>No such process.</summary>
    public const int ESRCH = 3;

    /// <summary>The pipe has no reader.</summary>
    public const int EPIPE = 32;

    /// <summary>The descriptor or path refers to another file than expected.</summary>
    public const int ESTALE = 116;

    /// <summary>Disk quota exceeded.</summary>
    public const int EDQUOT = 122;
}
