using System.Text;

namespace BuildSharp.Oci.Layers;

/// <summary>The header of one entry, after pax and GNU extensions were applied.</summary>
/// <remarks>Names are bytes, because Linux does not require UTF-8 and a layer must be reproduced exactly.</remarks>
public sealed record TarHeader
{
    /// <summary>Mode bits that a file system stores: permissions, setuid, setgid and sticky.</summary>
    public const int PermissionBits = 0b111_111_111_111;

    /// <summary>Path as in the tar, without a leading <c>/</c> in layers; a directory ends with <c>/</c>.</summary>
    public required byte[] Name { get; init; }

    /// <summary>Type of the entry.</summary>
    public required TarEntryType Type { get; init; }

    /// <summary>The mode as in the tar. Some tools, such as older versions of containers/storage, also write the file type (<c>S_IFMT</c>)
    /// above the <see cref="PermissionBits"/>; POSIX pax and this program do not.</summary>
    public int Mode { get; init; }

    /// <summary>User id of the owner.</summary>
    public long Uid { get; init; }

    /// <summary>Group id.</summary>
    public long Gid { get; init; }

    /// <summary>Length of the content in bytes: 0 for all types but files; for a sparse file the length including holes.</summary>
    public long Size { get; init; }

    /// <summary>Modification time. Fractions of a second need a pax header.</summary>
    public Timestamp ModifiedAt { get; init; }

    /// <summary>Target of a symbolic link, or the <see cref="Name"/> of the entry that a hard link refers to.</summary>
    public byte[] LinkName { get; init; } = [];

    /// <summary>Name of the owner; empty in layers, which use only numbers.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Name of the group; empty in layers.</summary>
    public string GroupName { get; init; } = "";

    /// <summary>Major number of a device.</summary>
    public uint DeviceMajor { get; init; }

    /// <summary>Minor number of a device.</summary>
    public uint DeviceMinor { get; init; }

    /// <summary>Extended attributes with full names (<c>user.x</c>, <c>security.capability</c>) and raw values.</summary>
    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Xattrs { get; init; } = [];

    /// <summary>Ranges of stored bytes of a sparse file, ascending and without overlap; null for other entries.</summary>
    public IReadOnlyList<SparseExtent>? SparseExtents { get; init; }

    /// <summary>The name as text for messages; bytes that are not UTF-8 become replacement characters.</summary>
    public string NameText => Encoding.UTF8.GetString(Name);

    /// <summary>The link target as text for messages.</summary>
    public string LinkNameText => Encoding.UTF8.GetString(LinkName);
}
