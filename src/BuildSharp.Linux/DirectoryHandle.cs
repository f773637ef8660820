using System.Runtime.CompilerServices;
using System.Text;
using BuildSharp.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>An open directory. All paths are resolved inside it as if it were the root: neither "..", nor an absolute path, nor a symbolic
/// link that another process creates meanwhile leads outside.</summary>
/// <remarks>
/// Paths are bytes, as in the kernel; the overloads for text use UTF-8. Symbolic links before the last component are followed (inside the
/// root); the last one is not, unless a parameter says so. A path of one component costs one system call and a longer one two more, so a
/// caller with many names in one directory should open that directory. Needs Linux 5.6 (<c>openat2</c>).
/// </remarks>
public sealed partial class DirectoryHandle : SafeHandleMinusOneIsInvalid
{
    private readonly DirectoryHandle? _above;
    private readonly string _name;

    private DirectoryHandle(int descriptor, string name, DirectoryHandle? above = null)
        : base(ownsHandle: true)
    {
        SetHandle(descriptor);
        _name = name;
        _above = above;
    }

    /// <summary>The path with which it was opened, for messages only.</summary>
    /// <remarks>Computed on request, because a walk through a deep tree would otherwise keep one path per level.</remarks>
    public string Name
    {
        get
        {
            var names = new List<string>();
            var top = this;
            for (; top._above is not null; top = top._above)
            {
                names.Add(top._name.Trim('/'));
            }

            names.Add(names.Count == 0 ? top._name : top._name.TrimEnd('/'));
            names.Reverse();
            return string.Join('/', names);
        }
    }

    /// <summary>The descriptor; valid until disposed.</summary>
    public int Descriptor => (int)handle;

    /// <summary>Opens a directory by its path in the process's file system; a symbolic link is followed.</summary>
    /// <exception cref="LinuxException">It does not exist, is not a directory or is not readable.</exception>
    public static DirectoryHandle Open(string path) => OpenUnlessMissing(path) ?? throw LinuxException.Last("open", path);

    /// <summary>Opens a directory by its path in the process's file system; null when it does not exist.</summary>
    /// <exception cref="LinuxException">Any error except a missing name.</exception>
    public static DirectoryHandle? TryOpen(string path) => OpenUnlessMissing(path);

    /// <summary>Opens a directory below this one.</summary>
    /// <param name="path">Path below this directory; "." opens this directory again with a separate read position.</param>
    /// <param name="followLinks">Whether the last component may be a symbolic link (resolved inside); otherwise it causes ELOOP or
    /// ENOTDIR.</param>
    public DirectoryHandle OpenDirectory(ReadOnlySpan<byte> path, bool followLinks = false)
    {
        var flags = OpenFlags.ReadOnly | OpenFlags.Directory | (followLinks ? 0 : OpenFlags.NoFollow);
        return new DirectoryHandle(OpenDescriptor(path, flags, 0), Encoding.UTF8.GetString(path), this);
    }

    /// <inheritdoc cref="OpenDirectory(ReadOnlySpan{byte}, bool)"/>
    public DirectoryHandle OpenDirectory(string path, bool followLinks = false) => OpenDirectory(Encoding.UTF8.GetBytes(path), followLinks);

    /// <summary>Opens a directory below this one; null when the name does not exist or is not a directory.</summary>
    public DirectoryHandle? TryOpenDirectory(ReadOnlySpan<byte> path, bool followLinks = false)
    {
        var flags = OpenFlags.ReadOnly | OpenFlags.Directory | (followLinks ? 0 : OpenFlags.NoFollow);
        var descriptor = TryOpenDescriptor(path, flags, 0);
        return descriptor >= 0 ? new DirectoryHandle(descriptor, Encoding.UTF8.GetString(path), this)
            : LastError is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP ? null
            : throw Failed("openat2", path);
    }

    /// <inheritdoc cref="TryOpenDirectory(ReadOnlySpan{byte}, bool)"/>
    public DirectoryHandle? TryOpenDirectory(string path, bool followLinks = false) =>
        TryOpenDirectory(Encoding.UTF8.GetBytes(path), followLinks);

    /// <summary>Opens a file below this directory.</summary>
    /// <param name="path">Path below this directory.</param>
    /// <param name="flags">Of <see cref="OpenFlags"/>; without <see cref="OpenFlags.NoFollow"/> a symbolic link as last component is
    /// resolved inside.</param>
    /// <param name="mode">Permissions of a created file, reduced by the process's umask.</param>
    public SafeFileHandle OpenFile(ReadOnlySpan<byte> path, int flags = OpenFlags.ReadOnly, int mode = 0) =>
        new(OpenDescriptor(path, flags, mode), ownsHandle: true);

    /// <inheritdoc cref="OpenFile(ReadOnlySpan{byte}, int, int)"/>
    public SafeFileHandle OpenFile(string path, int flags = OpenFlags.ReadOnly, int mode = 0) => OpenFile(Encoding.UTF8.GetBytes(path), flags, mode);

    /// <summary>Opens a file below this directory; null when the name does not exist.</summary>
    public SafeFileHandle? TryOpenFile(ReadOnlySpan<byte> path, int flags = OpenFlags.ReadOnly)
    {
        var descriptor = TryOpenDescriptor(path, flags, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true)
            : LastError is Errno.ENOENT or Errno.ENOTDIR ? null
            : throw Failed("openat2", path);
    }

    /// <inheritdoc cref="TryOpenFile(ReadOnlySpan{byte}, int)"/>
    public SafeFileHandle? TryOpenFile(string path, int flags = OpenFlags.ReadOnly) => TryOpenFile(Encoding.UTF8.GetBytes(path), flags);

    /// <summary>Creates a file for writing. An existing name, even a symbolic link, causes EEXIST.</summary>
    /// <param name="path">Path below this directory.</param>
    /// <param name="mode">Permissions, reduced by the process's umask.</param>
    public SafeFileHandle CreateFile(ReadOnlySpan<byte> path, int mode) =>
        OpenFile(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode);

    /// <inheritdoc cref="CreateFile(ReadOnlySpan{byte}, int)"/>
    public SafeFileHandle CreateFile(string path, int mode) => CreateFile(Encoding.UTF8.GetBytes(path), mode);

    /// <summary>Synchronises the file system that contains this directory to disk.</summary>
    public void SyncFileSystem()
    {
        if (syncfs(Descriptor) != 0)
        {
            throw LinuxException.Last("syncfs", Name);
        }
    }

    /// <summary>Opens the parent of this directory, outside of it, if it is still the expected one.</summary>
    /// <param name="known">The parent as opened before; only its name is used.</param>
    /// <param name="id">Device and inode of the parent.</param>
    /// <exception cref="LinuxException">ESTALE: the parent is another directory or was removed.</exception>
    internal unsafe DirectoryHandle OpenAbove(DirectoryHandle known, (ulong Device, ulong Inode) id)
    {
        int descriptor;
        fixed (byte* p = "..\0"u8)
        {
            descriptor = Libc.OpenAt(Descriptor, p, OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.NoFollow, 0);
        }

        if (descriptor < 0)
        {
            throw LastError == Errno.ENOENT ? LinuxException.Moved(known.Name) : LinuxException.Last("openat", known.Name);
        }

        var above = new DirectoryHandle(descriptor, known._name, known._above);
        var status = above.Stat();
        if ((status.DeviceId, status.Inode) != id)
        {
            above.Dispose();
            throw LinuxException.Moved(known.Name);
        }

        return above;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => close((int)handle) == 0;

    private int OpenDescriptor(ReadOnlySpan<byte> path, int flags, int mode)
    {
        var descriptor = TryOpenDescriptor(path, flags, mode);
        return descriptor < 0 ? throw Failed("openat2", path) : descriptor;
    }

    [SkipLocalsInit]
    private unsafe int TryOpenDescriptor(ReadOnlySpan<byte> path, int flags, int mode)
    {
        using var native = new NativePath(path.IsEmpty ? "."u8 : path, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            return Libc.OpenInRoot(Descriptor, p, flags, mode);
        }
    }

    private LinuxException Failed(string call, ReadOnlySpan<byte> path) => LinuxException.Last(call, Within(path));

    private string Within(ReadOnlySpan<byte> path) =>
        $"{Name.TrimEnd('/')}/{Encoding.UTF8.GetString(path).TrimStart('/')}";

    [SkipLocalsInit]
    private static unsafe DirectoryHandle? OpenUnlessMissing(string path)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            var descriptor = Libc.OpenAt(AT_FDCWD, p, OpenFlags.ReadOnly | OpenFlags.Directory, 0);
            return descriptor >= 0 ? new DirectoryHandle(descriptor, path)
                : LastError == Errno.ENOENT ? null
                : throw LinuxException.Last("open", path);
        }
    }
}
