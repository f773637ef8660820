using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>Tar headers of the entries of a tree, with the owners and times that the options ask for.</summary>
internal sealed class EntryHeaders(LayerDiffOptions options)
{
    /// <summary>The header of one name.</summary>
    /// <param name="name">Path in the tar; a directory's ends in a slash.</param>
    /// <param name="type">Type of the entry.</param>
    /// <param name="status">Status of the file.</param>
    /// <param name="xattrs">Extended attributes to store.</param>
    /// <param name="linkName">Target of a link; null for none.</param>
    /// <param name="intended">The owner that is kept with the file; null for that of the status.</param>
    public TarHeader Make(
        byte[] name,
        TarEntryType type,
        in FileStatus status,
        IReadOnlyList<KeyValuePair<byte[], byte[]>> xattrs,
        byte[]? linkName = null,
        (uint Uid, uint Gid)? intended = null)
    {
        var owner = intended ?? (status.Uid, status.Gid);
        var (uid, gid) = options.MapOwner?.Invoke(owner) ?? owner;
        var isDevice = type is TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
        return new TarHeader
        {
            Name = name,
            Type = type,
            Mode = status.Mode,
            Uid = uid,
            Gid = gid,
            Size = type == TarEntryType.RegularFile && status.IsRegular ? status.Size : 0,
            ModifiedAt = options.TimeOf(new Timestamp(status.ModifiedSeconds)),
            LinkName = linkName ?? [],
            DeviceMajor = isDevice ? status.DeviceMajor : 0,
            DeviceMinor = isDevice ? status.DeviceMinor : 0,
            Xattrs = xattrs,
        };
    }

    /// <summary>The entry that hides the content of a directory in the layers below.</summary>
    /// <param name="directory">The directory's own header.</param>
    public TarHeader OpaqueMarker(TarHeader directory) => new()
    {
        Name = [.. directory.Name, .. Whiteout.OpaqueMarker],
        Type = TarEntryType.RegularFile,
        Mode = directory.Mode & Octal.O777,
        Uid = directory.Uid,
        Gid = directory.Gid,
        ModifiedAt = options.ModifiedAt ?? Timestamp.Epoch,
    };

    /// <summary>The attributes of <paramref name="names"/> that belong in a layer, sorted by name.</summary>
    /// <param name="names">Names to read.</param>
    /// <param name="read">Returns the value of a name; null when it is gone.</param>
    public static IReadOnlyList<KeyValuePair<byte[], byte[]>> Xattrs(IReadOnlyList<byte[]> names, Func<byte[], byte[]?> read)
    {
        if (names.Count == 0)
        {
            return [];
        }

        var kept = new List<KeyValuePair<byte[], byte[]>>();
        foreach (var name in names)
        {
            if (TreeComparison.BelongsInLayer(name) && read(name) is { } value)
            {
                kept.Add(new(name, value));
            }
        }

        kept.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        return kept;
    }
}
