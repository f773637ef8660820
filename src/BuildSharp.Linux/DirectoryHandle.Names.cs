using System.Runtime.CompilerServices;
using System.Text;
using BuildSharp.Linux.Interop;

namespace BuildSharp.Linux;

// Creates, renames and removes names. A symbolic link as last component is never followed.
public sealed partial class DirectoryHandle
{
    /// <summary>Creates a directory; its parent must exist.</summary>
    /// <param name="path">Path below this directory.</param>
    /// <param name="mode">Permissions, reduced by the process's umask.</param>
    public void MakeDirectory(ReadOnlySpan<byte> path, int mode)
    {
        if (!TryMakeDirectory(path, mode))
        {
            throw new LinuxException("mkdirat", Within(path), Errno.EEXIST);
        }
    }

    /// <inheritdoc cref="MakeDirectory(ReadOnlySpan{byte}, int)"/>
    public void MakeDirectory(string path, int mode) => MakeDirectory(Encoding.UTF8.GetBytes(path), mode);

    /// <summary>Creates a directory; reports whether the name was free.</summary>
    [SkipLocalsInit]
    public unsafe bool TryMakeDirectory(ReadOnlySpan<byte> path, int mode)
    {
        using var place = Locate(path, "mkdirat");
        using var native = new NativePath(place.Name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            return mkdirat(place.Directory, p, (ushort)mode) == 0 ? true
                : LastError == Errno.EEXIST ? false
                : throw Failed("mkdirat", path);
        }
    }

    /// <summary>Creates a directory and its parents. Existing directories are kept, including those reached by symbolic links.</summary>
    public void MakeAllDirectories(ReadOnlySpan<byte> path, int mode)
    {
        if (NamesItself(path))
        {
            return;
        }

        var existing = TryOpenDescriptor(path, OpenFlags.Path | OpenFlags.Directory, 0);
        if (existing >= 0)
        {
            _ = close(existing);
            return;
        }

        if (LastError != Errno.ENOENT)
        {
            throw Failed("mkdirat", path);
        }

        var trimmed = path.Trim((byte)'/');
        var slash = trimmed.LastIndexOf((byte)'/');
        if (slash > 0)
        {
            MakeAllDirectories(trimmed[..slash], mode);
        }

        var name = trimmed[(slash + 1)..];
        if (!name.SequenceEqual(".."u8) && !name.SequenceEqual("."u8) && !TryMakeDirectory(trimmed, mode)
            && !Stat(trimmed, followLinks: true).IsDirectory)
        {
            throw new LinuxException("mkdirat", Within(path), Errno.ENOTDIR);
        }
    }

    /// <inheritdoc cref="MakeAllDirectories(ReadOnlySpan{byte}, int)"/>
    public void MakeAllDirectories(string path, int mode) => MakeAllDirectories(Encoding.UTF8.GetBytes(path), mode);

    /// <summary>Creates a symbolic link at <paramref name="path"/>.</summary>
    /// <param name="target">Target of the link; stored as it is.</param>
    /// <param name="path">Path below this directory.</param>
    [SkipLocalsInit]
    public unsafe void SymbolicLink(ReadOnlySpan<byte> target, ReadOnlySpan<byte> path)
    {
        using var place = Locate(path, "symlinkat");
        using var nativeTarget = new NativePath(target, stackalloc byte[NativePath.StackSize]);
        using var native = new NativePath(place.Name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* t = nativeTarget)
        fixed (byte* p = native)
        {
            if (symlinkat(t, place.Directory, p) != 0)
            {
                throw Failed("symlinkat", path);
            }
        }
    }

    /// <inheritdoc cref="SymbolicLink(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void SymbolicLink(string target, string path) => SymbolicLink(Encoding.UTF8.GetBytes(target), Encoding.UTF8.GetBytes(path));

    /// <summary>Creates a hard link to the file at <paramref name="existing"/>. A symbolic link there is linked itself.</summary>
    /// <param name="existing">Path below this directory.</param>
    /// <param name="path">The new name.</param>
    /// <param name="into">The directory of the new name; null for this one.</param>
    [SkipLocalsInit]
    public unsafe void HardLink(ReadOnlySpan<byte> existing, ReadOnlySpan<byte> path, DirectoryHandle? into = null)
    {
        using var from = Locate(existing, "linkat");
        using var to = (into ?? this).Locate(path, "linkat");
        using var nativeFrom = new NativePath(from.Name, stackalloc byte[NativePath.StackSize]);
        using var nativeTo = new NativePath(to.Name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* f = nativeFrom)
        fixed (byte* t = nativeTo)
        {
            if (linkat(from.Directory, f, to.Directory, t, 0) != 0)
            {
                throw (into ?? this).Failed("linkat", path);
            }
        }
    }

    /// <inheritdoc cref="HardLink(ReadOnlySpan{byte}, ReadOnlySpan{byte}, DirectoryHandle?)"/>
    public void HardLink(string existing, string path, DirectoryHandle? into = null) =>
        HardLink(Encoding.UTF8.GetBytes(existing), Encoding.UTF8.GetBytes(path), into);

    /// <summary>Creates a device node, pipe, socket or empty file.</summary>
    /// <param name="path">Path below this directory.</param>
    /// <param name="type">Any type except directory and symbolic link.</param>
    /// <param name="mode">Permissions, reduced by the process's umask.</param>
    /// <param name="major">Major number of a device.</param>
    /// <param name="minor">Minor number of a device; a character device 0:0 is an overlay whiteout.</param>
    [SkipLocalsInit]
    public unsafe void MakeNode(ReadOnlySpan<byte> path, FileType type, int mode, uint major = 0, uint minor = 0)
    {
        using var place = Locate(path, "mknodat");
        using var native = new NativePath(place.Name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            if (Libc.mknodat(place.Directory, p, ((uint)type << 12) | (uint)mode, makedev(major, minor)) != 0)
            {
                throw Failed("mknodat", path);
            }
        }
    }

    /// <inheritdoc cref="MakeNode(ReadOnlySpan{byte}, FileType, int, uint, uint)"/>
    public void MakeNode(string path, FileType type, int mode, uint major = 0, uint minor = 0) =>
        MakeNode(Encoding.UTF8.GetBytes(path), type, mode, major, minor);

    /// <summary>Like <see cref="MakeNode(ReadOnlySpan{byte}, FileType, int, uint, uint)"/>, but skips devices in a user namespace, where
    /// the kernel forbids creating them and other tools skip them too.</summary>
    /// <returns>Whether the node was created.</returns>
    public bool TryMakeNode(ReadOnlySpan<byte> path, FileType type, int mode, uint major = 0, uint minor = 0)
    {
        try
        {
            MakeNode(path, type, mode, major, minor);
            return true;
        }
        catch (LinuxException e) when (e.Errno == Errno.EPERM && type is FileType.CharacterDevice or FileType.BlockDevice && UserNamespace.IsInside)
        {
            return false;
        }
    }

    /// <summary>Renames a file. Replaces a file at the new name, or an empty directory by a directory, as the kernel does.</summary>
    /// <param name="from">Path below this directory.</param>
    /// <param name="to">The new name.</param>
    /// <param name="into">The directory of the new name; null for this one.</param>
    /// <param name="replace">Whether a file at the new name may be replaced; otherwise it causes EEXIST.</param>
    [SkipLocalsInit]
    public unsafe void Rename(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, DirectoryHandle? into = null, bool replace = true)
    {
        using var source = Locate(from, "renameat2");
        using var target = (into ?? this).Locate(to, "renameat2");
        using var nativeFrom = new NativePath(source.Name, stackalloc byte[NativePath.StackSize]);
        using var nativeTo = new NativePath(target.Name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* f = nativeFrom)
        fixed (byte* t = nativeTo)
        {
            if (renameat2(source.Directory, f, target.Directory, t, replace ? 0 : RENAME_NOREPLACE) != 0)
            {
                throw Failed("renameat2", from);
            }
        }
    }

    /// <inheritdoc cref="Rename(ReadOnlySpan{byte}, ReadOnlySpan{byte}, DirectoryHandle?, bool)"/>
    public void Rename(string from, string to, DirectoryHandle? into = null, bool replace = true) =>
        Rename(Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to), into, replace);

    /// <summary>Exchanges two names of this directory atomically.</summary>
    [SkipLocalsInit]
    public unsafe void Exchange(string first, string second)
    {
        using var nativeFirst = new NativePath(first, stackalloc byte[NativePath.StackSize]);
        using var nativeSecond = new NativePath(second, stackalloc byte[NativePath.StackSize]);
        fixed (byte* f = nativeFirst)
        fixed (byte* s = nativeSecond)
        {
            if (first.Contains('/', StringComparison.Ordinal) || second.Contains('/', StringComparison.Ordinal))
            {
                throw new LinuxException("renameat2", first, Errno.EINVAL);
            }

            if (renameat2(Descriptor, f, Descriptor, s, RENAME_EXCHANGE) != 0)
            {
                throw LinuxException.Last("renameat2", first);
            }
        }
    }
}
