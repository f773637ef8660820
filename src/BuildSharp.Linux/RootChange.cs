namespace BuildSharp.Linux;

/// <summary>Replaces the root directory of the calling thread, whose mount namespace is not shared.</summary>
public static unsafe class RootChange
{
    private const int MostBytes = 4096;

    /// <summary>Makes a mount point the root, and detaches the previous root with all mounts below it (pivot_root(2)).</summary>
    /// <exception cref="LinuxException">It is not permitted, or the root is on a RAM disk (EINVAL).</exception>
    public static void Pivot(string newRoot)
    {
        using var old = DirectoryHandle.Open("/");
        using var root = DirectoryHandle.Open(newRoot);
        Enter(root);
        fixed (byte* here = ".\0"u8)
        {
            // The old root is mounted over the new one, and detached there: no directory is needed for it.
            if ((long)syscall(SYS_pivot_root, here, here) != 0)
            {
                throw LinuxException.Last("pivot_root", newRoot);
            }
        }

        Enter(old);
        Mount.Attach(null, ".", null, MountFlags.Slave | MountFlags.Recursive);
        Mount.Detach(".");
        Enter(root);
    }

    /// <summary>Moves a mount over the root and makes it the root (chroot(2)).</summary>
    public static void MoveOver(string newRoot)
    {
        using var root = DirectoryHandle.Open(newRoot);
        Enter(root);
        Mount.Attach(newRoot, "/", null, MountFlags.Move);
        Change();
    }

    /// <summary>Makes a directory the root (chroot(2)), where nothing can be mounted.</summary>
    public static void To(string newRoot)
    {
        using var root = DirectoryHandle.Open(newRoot);
        Enter(root);
        Change();
    }

    /// <summary>Changes the working directory.</summary>
    /// <exception cref="LinuxException">It does not exist, or is outside of the root.</exception>
    public static void EnterDirectory(string path)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            if (chdir(p) != 0)
            {
                throw LinuxException.Last("chdir", path);
            }
        }

        // A link through /proc to an open directory of the host leads out of the root (CVE-2024-21626). The kernel then gives a path
        // that does not begin with a slash.
        var buffer = stackalloc byte[MostBytes];
        if ((long)syscall(SYS_getcwd, buffer, MostBytes) <= 0)
        {
            throw LinuxException.Last("getcwd", path);
        }

        if (*buffer != (byte)'/')
        {
            throw new LinuxException("chdir", path, Errno.EACCES);
        }
    }

    private static void Enter(DirectoryHandle directory)
    {
        if (fchdir(directory.Descriptor) != 0)
        {
            throw LinuxException.Last("fchdir", directory.Name);
        }
    }

    private static void Change()
    {
        fixed (byte* here = ".\0"u8)
        {
            if (chroot(here) != 0)
            {
                throw LinuxException.Last("chroot");
            }
        }
    }
}
