using System.Text;

namespace BuildSharp.Oci.Layers;

/// <summary>What a tar says about one entry, after pax and GNU extensions have been applied.</summary>
/// <remarks>Names are bytes: Linux does not demand UTF-8 and a layer must give back what it was given.</remarks>
public sealed record TarHeader
{
    /// <summary>Bits of a mode that the file system keeps: permissions, setuid, setgid and sticky.</summary>
    public const int PermissionBits = 0b111_111_111_111;

    /// <summary>The entry's path as the tar spells it, without a leading <c>/</c> in layers; a directory ends with <c>/</c>.</summary>
    public required byte[] Name { get; init; }

    /// <summary>Kind of entry.</summary>
    public required TarEntryType Type { get; init; }

    /// <summary>The mode as written. Some tools, older versions of Go's storage among them, write the file type (<c>S_IFMT</c>) above the
    /// <see cref="PermissionBits"/> too; POSIX's pax and this program do not.</summary>
    public int Mode { get; init; }

    /// <summary>Owner.</summary>
    public long Uid { get; init; }

    /// <summary>Group.</summary>
    public long Gid { get; init; }

    /// <summary>Length of the content: 0 for every type but files; of a sparse file the length with its holes.</summary>
    public long Size { get; init; }

    /// <summary>Last modification. Whole seconds fit the plain header; more precise ones cost a pax header.</summary>
    public Timestamp ModifiedAt { get; init; }

    /// <summary>Target of a symbolic link as it stands in the link, or the <see cref="Name"/> that a hard link repeats.</summary>
    public byte[] LinkName { get; init; } = [];

    /// <summary>Name of the owner; empty in layers, where only numbers count.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Name of the group; empty in layers.</summary>
    public string GroupName { get; init; } = "";

    /// <summary>Major number of a device.</summary>
    public uint DeviceMajor { get; init; }

    /// <summary>Minor number of a device.</summary>
    public uint DeviceMinor { get; init; }

    /// <summary>Extended attributes with their full names (<c>user.x</c>, <c>security.capability</c>), values as raw bytes.</summary>
    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Xattrs { get; init; } = [];

    /// <summary>Where the stored bytes of a sparse file belong, ascending and without overlap; null for any other entry.</summary>
    public IReadOnlyList<SparseExtent>? SparseExtents { get; init; }

    /// <summary>The name for messages; bytes that are not UTF-8 become replacement characters.</summary>
    public string NameText => Encoding.UTF8.GetString(Name);

    /// <summary>The link target for messages.</summary>
    public string LinkNameText => Encoding.UTF8.GetString(LinkName);
}
