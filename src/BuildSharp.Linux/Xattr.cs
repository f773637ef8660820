using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Extended attributes of paths in the process's file system and of open files. Symbolic links are not followed.</summary>
public static unsafe class Xattr
{
    private const int Room = 1024;

    /// <summary>Value of an attribute of a path; null when it does not have it.</summary>
    public static byte[]? Get(string path, string name) =>
        TryGet(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(name), out var value) ? value : throw LinuxException.Last("lgetxattr", path);

    /// <summary>Sets an attribute of a path.</summary>
    public static void Set(string path, string name, ReadOnlySpan<byte> value)
    {
        if (!TrySet(Encoding.UTF8.GetBytes(path), Encoding.UTF8.GetBytes(name), value))
        {
            throw LinuxException.Last("lsetxattr", path);
        }
    }

    /// <summary>Names of the attributes of a path.</summary>
    public static IReadOnlyList<byte[]> List(string path) => List(Encoding.UTF8.GetBytes(path)) ?? throw LinuxException.Last("llistxattr", path);

    /// <summary>Sets an attribute of an open file.</summary>
    [SkipLocalsInit]
    public static void Set(SafeFileHandle file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        using var nativeName = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* n = nativeName)
        fixed (byte* v = value)
        {
            if (fsetxattr((int)file.DangerousGetHandle(), n, v, (nuint)value.Length, 0) != 0)
            {
                throw LinuxException.Last("fsetxattr", name);
            }
        }

        GC.KeepAlive(file);
    }

    /// <summary>Value of an attribute of an open file; null when it does not have it.</summary>
    [SkipLocalsInit]
    public static byte[]? Get(SafeFileHandle file, ReadOnlySpan<byte> name)
    {
        using var nativeName = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* n = nativeName)
        {
            var ok = TryRead(null, (int)file.DangerousGetHandle(), n, out var value);
            GC.KeepAlive(file);
            return ok ? value : throw LinuxException.Last("fgetxattr", name);
        }
    }

    /// <summary>Names of the attributes of an open file.</summary>
    public static IReadOnlyList<byte[]> List(SafeFileHandle file)
    {
        var ok = TryRead(null, (int)file.DangerousGetHandle(), null, out var names);
        GC.KeepAlive(file);
        return ok ? Split(names) : throw LinuxException.Last("flistxattr");
    }

    /// <summary>The names; null on an error, which the caller reports.</summary>
    [SkipLocalsInit]
    internal static IReadOnlyList<byte[]>? List(ReadOnlySpan<byte> path)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        {
            return TryRead(p, -1, null, out var names) ? Split(names) : null;
        }
    }

    [SkipLocalsInit]
    internal static bool TryGet(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, out byte[]? value)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        using var nativeName = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        fixed (byte* n = nativeName)
        {
            return TryRead(p, -1, n, out value);
        }
    }

    [SkipLocalsInit]
    internal static bool TrySet(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        using var native = new NativePath(path, stackalloc byte[NativePath.StackSize]);
        using var nativeName = new NativePath(name, stackalloc byte[NativePath.StackSize]);
        fixed (byte* p = native)
        fixed (byte* n = nativeName)
        fixed (byte* v = value)
        {
            return lsetxattr(p, n, v, (nuint)value.Length, 0) == 0;
        }
    }

    /// <summary>Reads one value (with a name) or the list of names (without). Enlarges the buffer if another process changes the file
    /// meanwhile.</summary>
    [SkipLocalsInit]
    private static bool TryRead(byte* path, int descriptor, byte* name, out byte[]? value)
    {
        Span<byte> stack = stackalloc byte[Room];
        var buffer = stack;
        while (true)
        {
            nint length;
            fixed (byte* b = buffer)
            {
                length = Call(path, descriptor, name, b, (nuint)buffer.Length);
            }

            if (length >= 0)
            {
                value = buffer[..(int)length].ToArray();
                return true;
            }

            switch (LastError)
            {
                case Errno.ERANGE:
                    var needed = Call(path, descriptor, name, null, 0);
                    buffer = new byte[Math.Max((int)needed, buffer.Length) + Room];
                    break;
                case Errno.ENODATA or Errno.EOPNOTSUPP:
                    value = null;
                    return true;
                default:
                    value = null;
                    return false;
            }
        }
    }

    private static nint Call(byte* path, int descriptor, byte* name, byte* buffer, nuint size) => (path is null, name is null) switch
    {
        (true, true) => flistxattr(descriptor, buffer, size),
        (true, false) => fgetxattr(descriptor, name, buffer, size),
        (false, true) => llistxattr(path, buffer, size),
        (false, false) => lgetxattr(path, name, buffer, size),
    };

    private static IReadOnlyList<byte[]> Split(byte[]? list)
    {
        if (list is null || list.Length == 0)
        {
            return [];
        }

        var names = new List<byte[]>();
        for (var rest = list.AsSpan(); rest.Length > 0;)
        {
            var end = rest.IndexOf((byte)0);
            names.Add(rest[..end].ToArray());
            rest = rest[(end + 1)..];
        }

        return names;
    }
}
