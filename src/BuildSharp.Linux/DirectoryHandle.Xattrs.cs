using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

// Extended attributes of names. There is no call that takes a directory descriptor (before Linux 6.13), so the directory is named
// through /proc; the last name is still never followed. In a root directory without /proc, files and directories are opened to read theirs.
public sealed partial class DirectoryHandle
{
    private static bool HasProc { get; } = System.IO.Directory.Exists("/proc/self/fd");

    /// <summary>Names of the extended attributes, in bytes; none where the file system has no such thing.</summary>
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

    /// <summary>Value of an extended attribute; null when the file has no such attribute.</summary>
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

    /// <summary>Sets an extended attribute, replacing its value.</summary>
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

    /// <summary>Removes an extended attribute; one that is not there is no error.</summary>
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

    /// <returns>Null for what cannot be opened, or not without doing something: links, devices, pipes and sockets.</returns>
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
