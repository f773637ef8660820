using System.Runtime.CompilerServices;

namespace BuildSharp.Linux;

/// <summary>Mounting and unmounting with <c>mount</c> and <c>umount2</c>.</summary>
public static unsafe class Mount
{
    /// <summary>The call as it is.</summary>
    /// <param name="source">Device, directory or name; null for none.</param>
    /// <param name="target">Where.</param>
    /// <param name="type">File system; null for a bind mount or a change.</param>
    /// <param name="flags">Flags.</param>
    /// <param name="data">Options of the file system, less than a page; see <see cref="FileSystemContext"/> for more.</param>
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

    /// <summary>Shows a directory or file at a second place.</summary>
    public static void Bind(string source, string target, bool recursive = false) =>
        Attach(source, target, null, MountFlags.Bind | (recursive ? MountFlags.Recursive : 0));

    /// <summary>Cuts a mount point off from mounts that others make.</summary>
    public static void MakePrivate(string target) => Attach(null, target, null, MountFlags.Private);

    /// <summary>Detaches all that is mounted at a path and below it, the last mounted first.</summary>
    /// <param name="path">Absolute path, free of symbolic links.</param>
    /// <returns>Whether anything was; what the kernel refuses to detach does not count.</returns>
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
                    // One that was mounted before this user namespace was made stays.
                }
            }
        }

        return detached;
    }

    /// <summary>Takes the topmost mount away, at once from the tree and for good when its last user is gone.</summary>
    /// <returns>False when nothing was mounted there or the path leads nowhere.</returns>
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
