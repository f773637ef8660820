using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>An open directory. Every path given to it is resolved inside it, as if it were the root: neither "..", nor an absolute path,
/// nor a symbolic link that someone plants meanwhile leads out.</summary>
/// <remarks>
/// Paths are bytes, as in the kernel; the overloads that take text encode it as UTF-8. Links in the leading part of a path are followed
/// (inside the root), the last name is not unless a parameter says so. A path of one name costs one system call; a longer one costs
/// two more, so a caller with many names in one directory opens that directory. Needs Linux 5.6 (<c>openat2</c>).
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

    /// <summary>The path it was opened with, for messages only.</summary>
    /// <remarks>Put together when it is asked for: a walk that goes deep would otherwise keep a whole path for each level.</remarks>
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

    /// <summary>The descriptor's number; valid until disposed.</summary>
    public int Descriptor => (int)handle;

    /// <summary>Opens a directory of this machine; a symbolic link is followed.</summary>
    /// <exception cref="LinuxException">It is missing, not a directory or not readable.</exception>
    public static DirectoryHandle Open(string path) => OpenUnlessMissing(path) ?? throw LinuxException.Last("open", path);

    /// <summary>Opens a directory of this machine, or gives null when nothing is there.</summary>
    /// <exception cref="LinuxException">Any error but a missing name.</exception>
    public static DirectoryHandle? TryOpen(string path) => OpenUnlessMissing(path);

    /// <summary>Opens a directory inside.</summary>
    /// <param name="path">Path inside; "." is this directory again, with a read position of its own.</param>
    /// <param name="followLinks">Whether the last name may be a symbolic link (resolved inside); otherwise such a link gives ELOOP or ENOTDIR.</param>
    public DirectoryHandle OpenDirectory(ReadOnlySpan<byte> path, bool followLinks = false)
    {
        var flags = OpenFlags.ReadOnly | OpenFlags.Directory | (followLinks ? 0 : OpenFlags.NoFollow);
        return new DirectoryHandle(OpenDescriptor(path, flags, 0), Encoding.UTF8.GetString(path), this);
    }

    /// <inheritdoc cref="OpenDirectory(ReadOnlySpan{byte}, bool)"/>
    public DirectoryHandle OpenDirectory(string path, bool followLinks = false) => OpenDirectory(Encoding.UTF8.GetBytes(path), followLinks);

    /// <summary>Opens a directory inside, or gives null when nothing has the name or a file has.</summary>
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

    /// <summary>Opens a file inside.</summary>
    /// <param name="path">Path inside.</param>
    /// <param name="flags">Of <see cref="OpenFlags"/>; without <see cref="OpenFlags.NoFollow"/> a link as last name is resolved inside.</param>
    /// <param name="mode">Permissions of a file that this creates, cut by the process's mode mask.</param>
    public SafeFileHandle OpenFile(ReadOnlySpan<byte> path, int flags = OpenFlags.ReadOnly, int mode = 0) =>
        new(OpenDescriptor(path, flags, mode), ownsHandle: true);

    /// <inheritdoc cref="OpenFile(ReadOnlySpan{byte}, int, int)"/>
    public SafeFileHandle OpenFile(string path, int flags = OpenFlags.ReadOnly, int mode = 0) => OpenFile(Encoding.UTF8.GetBytes(path), flags, mode);

    /// <summary>Opens a file inside, or gives null when nothing has the name.</summary>
    public SafeFileHandle? TryOpenFile(ReadOnlySpan<byte> path, int flags = OpenFlags.ReadOnly)
    {
        var descriptor = TryOpenDescriptor(path, flags, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true)
            : LastError is Errno.ENOENT or Errno.ENOTDIR ? null
            : throw Failed("openat2", path);
    }

    /// <inheritdoc cref="TryOpenFile(ReadOnlySpan{byte}, int)"/>
    public SafeFileHandle? TryOpenFile(string path, int flags = OpenFlags.ReadOnly) => TryOpenFile(Encoding.UTF8.GetBytes(path), flags);

    /// <summary>Creates a new file for writing; one that exists, also a link, gives EEXIST.</summary>
    /// <param name="path">Path inside.</param>
    /// <param name="mode">Permissions, cut by the process's mode mask.</param>
    public SafeFileHandle CreateFile(ReadOnlySpan<byte> path, int mode) =>
        OpenFile(path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, mode);

    /// <inheritdoc cref="CreateFile(ReadOnlySpan{byte}, int)"/>
    public SafeFileHandle CreateFile(string path, int mode) => CreateFile(Encoding.UTF8.GetBytes(path), mode);

    /// <summary>Writes everything below to the disk, with the rest of its file system.</summary>
    public void SyncFileSystem()
    {
        if (syncfs(Descriptor) != 0)
        {
            throw LinuxException.Last("syncfs", Name);
        }
    }

    /// <summary>Opens the directory that this one is in, outside of it, if it is still the one it was.</summary>
    /// <param name="known">The same directory, opened before; only its name is used.</param>
    /// <param name="id">Its device and inode.</param>
    /// <exception cref="LinuxException">ESTALE: it is another one, or none any more.</exception>
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
