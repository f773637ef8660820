using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>Options of <see cref="LayerApplier"/>.</summary>
public sealed record LayerApplierOptions
{
    /// <summary>Options for an archive that is not a layer, as <c>ADD</c> unpacks it: <c>.wh.</c> names have no special meaning, and a
    /// directory entry follows an existing symbolic link to a directory.</summary>
    public static LayerApplierOptions Archive { get; } = new() { Whiteouts = WhiteoutFormat.None, KeepDirectoryLinks = true };

    /// <summary>Number of bytes of content after which the room on the file system is checked: 64 MiB.</summary>
    public const long RoomCheck = 64L << 20;

    /// <summary>Representation of <c>.wh.</c> entries in the tree.</summary>
    public WhiteoutFormat Whiteouts { get; init; } = WhiteoutFormat.Overlay;

    /// <summary>Whether a directory entry keeps an existing symbolic link of its name that points to a directory inside the root. If false,
    /// the directory replaces the link.</summary>
    public bool KeepDirectoryLinks { get; init; }

    /// <summary>Maximum number of entries of one tar. Each takes an inode, and memory for its name.</summary>
    public int MostEntries { get; init; } = 4_000_000;

    /// <summary>Number of bytes that must stay free on the file system, so that one tar cannot fill it; checked after every
    /// <see cref="RoomCheck"/> bytes of content.</summary>
    public long LeastRoom { get; init; } = RoomCheck;

    /// <summary>Changes an entry's owner, mode, name or times before it is written, or returns null to skip it. Type and size must not
    /// change. Hash, tar-split and set of owners describe the original tar.</summary>
    public Func<TarHeader, TarHeader?>? Rewrite { get; init; }
}
