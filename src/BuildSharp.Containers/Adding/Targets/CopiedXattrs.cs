using BuildSharp.Linux;

namespace BuildSharp.Containers.Adding.Targets;

/// <summary>Extended attributes that are copied with content: user attributes, file capabilities and IMA signatures. Others, such as
/// SELinux labels, belong to the machine.</summary>
internal static class CopiedXattrs
{
    public static IReadOnlyList<KeyValuePair<byte[], byte[]>> Read(DirectoryHandle directory, ReadOnlySpan<byte> name)
    {
        IReadOnlyList<byte[]> keys;
        try
        {
            keys = directory.ListXattrs(name);
        }
        catch (LinuxException e) when (e.Errno == Errno.EOPNOTSUPP)
        {
            return [];
        }

        if (keys.Count == 0)
        {
            return [];
        }

        var result = new List<KeyValuePair<byte[], byte[]>>();
        foreach (var key in keys)
        {
            if (Travels(key) && directory.GetXattr(name, key) is { } value)
            {
                result.Add(new KeyValuePair<byte[], byte[]>(key, value));
            }
        }

        return result;
    }

    /// <summary>Whether the attribute is copied.</summary>
    public static bool Travels(ReadOnlySpan<byte> key) =>
        key.StartsWith("user."u8) || key.SequenceEqual("security.capability"u8) || key.SequenceEqual("security.ima"u8);
}
