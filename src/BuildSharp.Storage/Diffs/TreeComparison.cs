using BuildSharp.Linux;

namespace BuildSharp.Storage.Diffs;

/// <summary>Defines when a file counts as changed between two trees, and which extended attributes belong to a file.</summary>
internal static class TreeComparison
{
    /// <summary>Whether layers contain the attribute. As in the Go tools: file capabilities, integrity hashes and user attributes, without
    /// those that overlay and fuse-overlayfs use internally.</summary>
    public static bool BelongsInLayer(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("security.capability"u8) || name.SequenceEqual("security.ima"u8)
        || (name.StartsWith("user."u8) && !OverlayXattr.IsOverlays(name) && !name.StartsWith("user.fuseoverlayfs."u8)
            && !name.StartsWith("user.containers."u8));

    /// <summary>Whether the newer file differs from the older one. For files, changed content with the same size and time is not
    /// detected.</summary>
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

    // A tar keeps whole seconds, so a missing fraction on one side is no difference. Otherwise every file of an unpacked copy would differ.
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
