using System.Runtime.CompilerServices;

namespace BuildSharp.Linux;

/// <summary>Configures a file system one option at a time with <c>fsopen</c> and <c>fsconfig</c>. The options together may therefore exceed
/// the page that <c>mount</c> accepts.</summary>
public sealed unsafe class FileSystemContext : IDisposable
{
    private readonly string _type;
    private int _descriptor;

    private FileSystemContext(string type, int descriptor)
    {
        _type = type;
        _descriptor = descriptor;
    }

    /// <summary>Starts to configure a file system of the type.</summary>
    [SkipLocalsInit]
    public static FileSystemContext Open(string type)
    {
        using var native = new NativePath(type, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            var descriptor = (int)syscall(SYS_fsopen, p, FSOPEN_CLOEXEC);
            return descriptor < 0 ? throw LinuxException.Last("fsopen", type) : new FileSystemContext(type, descriptor);
        }
    }

    /// <summary>Sets an option with a value; false when the kernel does not know the option (EINVAL).</summary>
    [SkipLocalsInit]
    public bool TrySet(string key, string value)
    {
        using var nativeKey = new NativePath(key, stackalloc byte[NativePath.StackSize]);
        using var nativeValue = new NativePath(value, stackalloc byte[NativePath.StackSize]);
        fixed (byte* k = nativeKey)
        fixed (byte* v = nativeValue)
        {
            return (int)syscall(SYS_fsconfig, _descriptor, FSCONFIG_SET_STRING, k, v, 0) == 0 ? true
                : LastError == Errno.EINVAL ? false
                : throw LinuxException.Last("fsconfig", $"{_type} {key}={value}");
        }
    }

    /// <summary>Sets an option without a value.</summary>
    [SkipLocalsInit]
    public void SetFlag(string key)
    {
        using var nativeKey = new NativePath(key, stackalloc byte[NativePath.StackSize]);
        fixed (byte* k = nativeKey)
        {
            if ((int)syscall(SYS_fsconfig, _descriptor, FSCONFIG_SET_FLAG, k, (void*)null, 0) != 0)
            {
                throw LinuxException.Last("fsconfig", $"{_type} {key}");
            }
        }
    }

    /// <summary>Creates the file system and mounts it.</summary>
    /// <param name="target">The mount point.</param>
    /// <param name="flags">Mount flags; only read-only and the "no" flags are used.</param>
    [SkipLocalsInit]
    public void AttachTo(string target, MountFlags flags)
    {
        if ((int)syscall(SYS_fsconfig, _descriptor, FSCONFIG_CMD_CREATE, (void*)null, (void*)null, 0) != 0)
        {
            throw LinuxException.Last("fsconfig", $"{_type} {target}");
        }

        var mount = (int)syscall(SYS_fsmount, _descriptor, FSMOUNT_CLOEXEC, Attributes(flags));
        if (mount < 0)
        {
            throw LinuxException.Last("fsmount", target);
        }

        using var empty = new NativePath("", stackalloc byte[1]);
        using var native = new NativePath(target, stackalloc byte[NativePath.StackSize]);
        fixed (byte* e = empty)
        fixed (byte* p = native)
        {
            var moved = (int)syscall(
                SYS_move_mount, mount, e, AT_FDCWD, p, MOVE_MOUNT_F_EMPTY_PATH);
            var errno = LastError;
            _ = close(mount);
            if (moved != 0)
            {
                throw new LinuxException("move_mount", target, errno);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            _ = close(_descriptor);
            _descriptor = -1;
        }
    }

    internal static int Attributes(MountFlags flags) =>
        (flags.HasFlag(MountFlags.ReadOnly) ? MOUNT_ATTR_RDONLY : 0)
        | (flags.HasFlag(MountFlags.NoSetUid) ? MOUNT_ATTR_NOSUID : 0)
        | (flags.HasFlag(MountFlags.NoDevices) ? MOUNT_ATTR_NODEV : 0)
        | (flags.HasFlag(MountFlags.NoExecute) ? MOUNT_ATTR_NOEXEC : 0)
        | (flags.HasFlag(MountFlags.NoAccessTime) ? MOUNT_ATTR_NOATIME : 0)
        | (flags.HasFlag(MountFlags.NoDirectoryAccessTime) ? MOUNT_ATTR_NODIRATIME : 0);
}
