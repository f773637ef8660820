using BuildSharp.Linux;

namespace BuildSharp.Storage.Diffs;

/// <summary>When a file counts as changed between two trees, and which extended attributes are part of a file.</summary>
internal static class TreeComparison
{
    /// <summary>Attributes that layers carry, as in the Go tools: capabilities, integrity hashes, and the users' own, without what
    /// overlay and its relatives keep there.</summary>
    public static bool BelongsInLayer(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("security.capability"u8) || name.SequenceEqual("security.ima"u8)
        || (name.StartsWith("user."u8) && !OverlayXattr.IsOverlays(name) && !name.StartsWith("user.fuseoverlayfs."u8)
            && !name.StartsWith("user.containers."u8));

    /// <summary>Whether the newer file differs from the older in anything but, for files, content that kept size and time.</summary>
    public static bool Differs(
        in FileStatus status,
        in FileStatus before,
        IReadOnlyList<KeyValuePair<byte[], byte[]>> xattrs,
        DirectoryHandle older,
        ReadOnlySpan<byte> name)
    {
        if (status.Type != before.Type || status.Mode != before.Mode || status.Uid != before.Uid || status.Gid != before.Gid
            || status.DeviceMajor != before.DeviceMajor || status.DeviceMinor != before.DeviceMinor)
        {
            return true;
        }

        if (!status.IsDirectory && (status.Size != before.Size || status.LinkCount != before.LinkCount))
        {
            return true;
        }

        return status.ModifiedSeconds != before.ModifiedSeconds || FractionsDiffer(status.ModifiedNanoseconds, before.ModifiedNanoseconds)
            || XattrsDiffer(xattrs, older, name);
    }

    // One side may have come out of a tar, which keeps whole seconds; without this a copy of a layer would differ in every file.
    private static bool FractionsDiffer(int left, int right) => left != right && left != 0 && right != 0;

    private static bool XattrsDiffer(IReadOnlyList<KeyValuePair<byte[], byte[]>> xattrs, DirectoryHandle older, ReadOnlySpan<byte> name)
    {
        var count = 0;
        foreach (var key in older.ListXattrs(name))
        {
            count += BelongsInLayer(key) ? 1 : 0;
        }

        if (count != xattrs.Count)
        {
            return true;
        }

        foreach (var (key, value) in xattrs)
        {
            if (older.GetXattr(name, key) is not { } before || !before.AsSpan().SequenceEqual(value))
            {
                return true;
            }
        }

        return false;
    }
}
