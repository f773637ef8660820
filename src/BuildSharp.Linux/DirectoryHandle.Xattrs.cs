using System.Runtime.CompilerServices;
using System.Text;
using BuildSharp.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

// Extended attributes of names. Before Linux 6.13 no call takes a directory descriptor, so the directory is addressed through /proc; a
// symbolic link as last component is not followed. Without /proc, files and directories are opened to read their attributes.
public sealed partial class DirectoryHandle
{
    private static bool HasProc { get; } = System.IO.Directory.Exists("/proc/self/fd");

    /// <summary>Names of the extended attributes as bytes; empty if the file system does not support them.</summary>
    public IReadOnlyList<byte[]> ListXattrs(ReadOnlySpan<byte> path)
    {
        using var place = NamesItself(path) ? new Place(Descriptor, owned: false, "."u8) : Locate(path, "llistxattr");
        if (!HasProc)
        {
            using var file = OpenForXattrs(place, path);
            return file is null ? [] : Xattr.List(file);
        }

        var through = ProcPath(place, stackalloc byte[NativePath.StackSize]);
        return Xattr.List(through) ?? throw Failed("llistxattr", path);
    }

    /// <inheritdoc cref="ListXattrs(ReadOnlySpan{byte})"/>
    public IReadOnlyList<byte[]> ListXattrs(string path) => ListXattrs(Encoding.UTF8.GetBytes(path));

    /// <summary>Value of an extended attribute; null when the file does not have it.</summary>
    public byte[]? GetXattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name)
    {
        using var place = NamesItself(path) ? new Place(Descriptor, owned: false, "."u8) : Locate(path, "lgetxattr");
        if (!HasProc)
        {
            using var file = OpenForXattrs(place, path);
            return file is null ? null : Xattr.Get(file, name);
        }

        var through = ProcPath(place, stackalloc byte[NativePath.StackSize]);
        return Xattr.TryGet(through, name, out var value) ? value : throw Failed("lgetxattr", path);
    }

    /// <inheritdoc cref="GetXattr(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public byte[]? GetXattr(string path, string name) => GetXattr(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(name));

    /// <summary>Sets an extended attribute.</summary>
    public void SetXattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        using var place = NamesItself(path) ? new Place(Descriptor, owned: false, "."u8) : Locate(path, "lsetxattr");
        var through = ProcPath(place, stackalloc byte[NativePath.StackSize]);
        if (!Xattr.TrySet(through, name, value))
        {
            throw Failed("lsetxattr", path);
        }
    }

    /// <inheritdoc cref="SetXattr(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public void SetXattr(string path, string name, ReadOnlySpan<byte> value) =>
        SetXattr(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(name), value);

    /// <summary>Removes an extended attribute; does nothing if the file does not have it.</summary>
    [SkipLocalsInit]
    public unsafe void RemoveXattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name)
    {
        using var place = NamesItself(path) ? new Place(Descriptor, owned: false, "."u8) : Locate(path, "lremovexattr");
        var through = ProcPath(place, stackalloc byte[NativePath.StackSize]);
        using var native = new NativePath(through, stackalloc byte[NativePath.StackSize]);
        using var nativeName = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        fixed (byte* n = nativeName)
        {
            if (lremovexattr(p, n) != 0 && LastError != Errno.ENODATA)
            {
                throw Failed("lremovexattr", path);
            }
        }
    }

    /// <returns>Null for files that cannot be opened without side effects: links, devices, pipes and sockets.</returns>
    [SkipLocalsInit]
    private unsafe SafeFileHandle? OpenForXattrs(Place place, ReadOnlySpan<byte> path)
    {
        using var native = new NativePath(place.Name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            if (!Libc.TryStat(place.Directory, p, AT_SYMLINK_NOFOLLOW, this, out var status) || !(status.IsRegular || status.IsDirectory))
            {
                return null;
            }

            var descriptor = Libc.OpenAt(place.Directory, p, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0);
            return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failed("openat", path);
        }
    }

    private static ReadOnlySpan<byte> ProcPath(Place place, Span<byte> stack)
    {
        var prefix = "/proc/self/fd/"u8;
        var size = prefix.Length + 12 + place.Name.Length;
        var path = size > stack.Length ? new byte[size] : stack;
        prefix.CopyTo(path);
        place.Directory.TryFormat(path[prefix.Length..], out var digits);
        var length = prefix.Length + digits;
        path[length++] = (byte)'/';
        place.Name.CopyTo(path[length..]);
        return path[..(length + place.Name.Length)];
    }
}
