using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

/// <summary>Mounts and unmounts with <c>mount</c> and <c>umount2</c>.</summary>
public static unsafe class Mount
{
    /// <summary>Calls mount(2).</summary>
    /// <param name="source">Device, directory or name; null for none.</param>
    /// <param name="target">The mount point.</param>
    /// <param name="type">File system type; null for a bind mount or a change of flags.</param>
    /// <param name="flags">Flags.</param>
    /// <param name="data">Options of the file system, less than a page; for longer ones see <see cref="FileSystemContext"/>.</param>
    [SkipLocalsInit]
    public static void Attach(string? source, string target, string? type, MountFlags flags, string? data = null)
    {
        using var nativeSource = new NativePath(source ?? "", stackalloc byte[NativePath.StackSize]);
        using var nativeTarget = new NativePath(target, stackalloc byte[NativePath.StackSize]);
        using var nativeType = new NativePath(type ?? "", stackalloc byte[NativePath.StackSize]);
        using var nativeData = new NativePath(data ?? "", stackalloc byte[NativePath.StackSize]);
        fixed (byte* s = nativeSource)
        fixed (byte* t = nativeTarget)
        fixed (byte* y = nativeType)
        fixed (byte* d = nativeData)
        {
            if (mount(source is null ? null : s, t, type is null ? null : y, (uint)flags, data is null ? null : d) != 0)
            {
                throw LinuxException.Last("mount", target);
            }
        }
    }

    /// <summary>Mounts a directory or file at a second path.</summary>
    public static void Bind(string source, string target, bool recursive = false) =>
        Attach(source, target, null, MountFlags.Bind | (recursive ? MountFlags.Recursive : 0));

    /// <summary>Mounts an open file or directory at a second path, with all mounts below it.</summary>
    /// <param name="source">Opened in this mount namespace; <see cref="OpenFlags.Path"/> is enough.</param>
    /// <param name="target">The mount point.</param>
    public static void Bind(SafeHandle source, string target) => Bind($"/proc/self/fd/{(int)source.DangerousGetHandle()}", target, recursive: true);

    /// <summary>Sets flags of a mount and of all mounts below it.</summary>
    /// <param name="target">The mount.</param>
    /// <param name="flags">Read-only and the "no" flags; flags that are set already stay set.</param>
    public static void Restrict(SafeHandle target, MountFlags flags)
    {
        byte empty = 0;
        var attributes = new mount_attr { attr_set = (ulong)FileSystemContext.Attributes(flags) };
        if ((long)syscall(SYS_mount_setattr, (int)target.DangerousGetHandle(), &empty, AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof(mount_attr)) != 0)
        {
            throw LinuxException.Last("mount_setattr");
        }
    }

    /// <summary>The flags that an open file's mount has.</summary>
    public static MountFlags FlagsOf(SafeHandle file)
    {
        FileSystemStatus status;
        return fstatfs((int)file.DangerousGetHandle(), &status) == 0
            ? (MountFlags)(status.Flags & (long)(MountFlags.ReadOnly | MountFlags.NoSetUid | MountFlags.NoDevices | MountFlags.NoExecute | MountFlags.NoAccessTime | MountFlags.NoDirectoryAccessTime))
            : throw LinuxException.Last("fstatfs");
    }

    /// <summary>Makes a mount private, so that mounts are not propagated to or from other namespaces.</summary>
    public static void MakePrivate(string target) => Attach(null, target, null, MountFlags.Private);

    /// <summary>Unmounts everything at a path and below it, the last mount first.</summary>
    /// <param name="path">Absolute path without symbolic links.</param>
    /// <returns>Whether anything was unmounted.</returns>
    public static bool DetachBelow(string path)
    {
        var detached = false;
        foreach (var entry in MountTable.Read().Reverse())
        {
            if (entry.MountPoint == path || entry.MountPoint.StartsWith(path + "/", StringComparison.Ordinal))
            {
                try
                {
                    detached |= Detach(entry.MountPoint);
                }
                catch (LinuxException)
                {
                    // A mount from outside this user namespace cannot be unmounted.
                }
            }
        }

        return detached;
    }

    /// <summary>Detaches the topmost mount at a path (MNT_DETACH): it disappears immediately and is released when it is no longer in
    /// use.</summary>
    /// <returns>False when the path is not a mount point or does not exist.</returns>
    [SkipLocalsInit]
    public static bool Detach(string target)
    {
        using var native = new NativePath(target, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            return umount2(p, MNT_DETACH | UMOUNT_NOFOLLOW) == 0 ? true
                : LastError is Errno.EINVAL or Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? false
                : throw LinuxException.Last("umount2", target);
        }
    }
}
