using System.Globalization;
using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Diffs;

/// <summary>The owner that a file would have if the user namespace had the id. Where the user's own id is the only one, files of an image
/// belong to him, and the owner is kept in an extended attribute, so that a layer made of the files has it again.</summary>
/// <remarks>The attribute is that of containers/storage (option <c>force_mask</c>): user, group, octal mode and type, separated by colons. Only
/// files and directories can have it; links and devices become the user's.</remarks>
public static class IntendedOwner
{
    private static ReadOnlySpan<byte> Key => "user.containers.override_stat"u8;

    /// <summary>Sets the owner of an open directory.</summary>
    /// <exception cref="LinuxException">Owner and attribute cannot be set.</exception>
    public static void Set(DirectoryHandle directory, uint uid, uint gid, int mode)
    {
        try
        {
            directory.SetOwner(uid, gid);
        }
        catch (LinuxException failure) when (IsKept(failure))
        {
            directory.SetXattr("."u8, Key, Text(uid, gid, mode, "dir"));
        }
    }

    /// <summary>Sets the owner of an open file.</summary>
    /// <exception cref="LinuxException">Owner and attribute cannot be set.</exception>
    public static void Set(SafeFileHandle file, uint uid, uint gid, int mode)
    {
        try
        {
            FileDescriptor.SetOwner(file, uid, gid);
        }
        catch (LinuxException failure) when (IsKept(failure))
        {
            Xattr.Set(file, Key, Text(uid, gid, mode, "file"));
        }
    }

    /// <summary>Sets the owner of a file of any type.</summary>
    /// <exception cref="LinuxException">Owner and attribute cannot be set.</exception>
    public static void Set(DirectoryHandle directory, ReadOnlySpan<byte> name, uint uid, uint gid, int mode)
    {
        try
        {
            directory.SetOwner(name, uid, gid);
        }
        catch (LinuxException failure) when (IsKept(failure))
        {
            var status = directory.Stat(name);
            if (status.IsRegular || status.IsDirectory)
            {
                directory.SetXattr(name, Key, Text(uid, gid, mode, status.IsDirectory ? "dir" : "file"));
            }
        }
    }

    /// <summary>The owner that is kept with a file; null when its own is meant.</summary>
    /// <param name="names">Names of its extended attributes.</param>
    /// <param name="read">Returns the value of a name; null when it is gone.</param>
    internal static (uint Uid, uint Gid)? Of(IReadOnlyList<byte[]> names, Func<byte[], byte[]?> read)
    {
        foreach (var name in names)
        {
            if (name.AsSpan().SequenceEqual(Key))
            {
                // A command in the container may have written anything.
                return read(name) is { } value && Encoding.UTF8.GetString(value).Split(':') is [var uid, var gid, _, _]
                    && uint.TryParse(uid, NumberStyles.None, CultureInfo.InvariantCulture, out var user)
                    && uint.TryParse(gid, NumberStyles.None, CultureInfo.InvariantCulture, out var group)
                    ? (user, group)
                    : null;
            }
        }

        return null;
    }

    private static bool IsKept(LinuxException failure) => failure.Errno == Errno.EINVAL && UserNamespace.HasOneId;

    private static byte[] Text(uint uid, uint gid, int mode, string type) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{uid}:{gid}:0{Convert.ToString(mode & TarHeader.PermissionBits, 8)}:{type}"));
}
