using System.Runtime.CompilerServices;

namespace BuildSharp.Linux;

/// <summary>A file system being configured option by option with <c>fsopen</c> and <c>fsconfig</c>, so that the options together may be
/// longer than the page that <c>mount</c> takes.</summary>
public sealed unsafe class FileSystemContext : IDisposable
{
    private readonly string _type;
    private int _descriptor;

    private FileSystemContext(string type, int descriptor)
    {
        _type = type;
        _descriptor = descriptor;
    }

    /// <summary>Starts configuring a file system of the type.</summary>
    [SkipLocalsInit]
    public static FileSystemContext Open(string type)
    {
        using var native = new NativePath(type, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            var descriptor = (int)Libc.SystemCall(Libc.FsOpenNumber, (long)p, Libc.FsOpenCloseOnExec, 0, 0, 0, 0);
            return descriptor < 0 ? throw LinuxException.Last("fsopen", type) : new FileSystemContext(type, descriptor);
        }
    }

    /// <summary>Sets an option with a value; false when this kernel does not know the option (EINVAL).</summary>
    [SkipLocalsInit]
    public bool TrySet(string key, string value)
    {
        using var nativeKey = new NativePath(key, stackalloc byte[NativePath.StackSize]);
        using var nativeValue = new NativePath(value, stackalloc byte[NativePath.StackSize]);
        fixed (byte* k = nativeKey)
        fixed (byte* v = nativeValue)
        {
            return Libc.SystemCall(Libc.FsConfigNumber, _descriptor, Libc.FsConfigSetString, (long)k, (long)v, 0, 0) == 0 ? true
                : Libc.LastError == Errno.EINVAL ? false
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
            if (Libc.SystemCall(Libc.FsConfigNumber, _descriptor, Libc.FsConfigSetFlag, (long)k, 0, 0, 0) != 0)
            {
                throw LinuxException.Last("fsconfig", $"{_type} {key}");
            }
        }
    }

    /// <summary>Makes the file system and mounts it.</summary>
    /// <param name="target">Where.</param>
    /// <param name="flags">Of these only read-only and the "no" flags count.</param>
    [SkipLocalsInit]
    public void AttachTo(string target, MountFlags flags)
    {
        if (Libc.SystemCall(Libc.FsConfigNumber, _descriptor, Libc.FsConfigCommandCreate, 0, 0, 0, 0) != 0)
        {
            throw LinuxException.Last("fsconfig", $"{_type} {target}");
        }

        var mount = (int)Libc.SystemCall(Libc.FsMountNumber, _descriptor, Libc.FsMountCloseOnExec, Attributes(flags), 0, 0, 0);
        if (mount < 0)
        {
            throw LinuxException.Last("fsmount", target);
        }

        using var empty = new NativePath("", stackalloc byte[1]);
        using var native = new NativePath(target, stackalloc byte[NativePath.StackSize]);
        fixed (byte* e = empty)
        fixed (byte* p = native)
        {
            var moved = Libc.SystemCall(
                Libc.MoveMountNumber, mount, (long)e, Libc.AtCurrentDirectory, (long)p, Libc.MoveMountFromEmptyPath, 0);
            var errno = Libc.LastError;
            _ = Libc.Close(mount);
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
            _ = Libc.Close(_descriptor);
            _descriptor = -1;
        }
    }

    private static uint Attributes(MountFlags flags) =>
        (flags.HasFlag(MountFlags.ReadOnly) ? Libc.MountAttributeReadOnly : 0)
        | (flags.HasFlag(MountFlags.NoSetUid) ? Libc.MountAttributeNoSetUid : 0)
        | (flags.HasFlag(MountFlags.NoDevices) ? Libc.MountAttributeNoDevices : 0)
        | (flags.HasFlag(MountFlags.NoExecute) ? Libc.MountAttributeNoExecute : 0)
        | (flags.HasFlag(MountFlags.NoAccessTime) ? Libc.MountAttributeNoAccessTime : 0)
        | (flags.HasFlag(MountFlags.NoDirectoryAccessTime) ? Libc.MountAttributeNoDirectoryAccessTime : 0);
}
