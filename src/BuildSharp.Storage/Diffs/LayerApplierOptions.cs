using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>Options of <see cref="LayerApplier"/>.</summary>
public sealed record LayerApplierOptions
{
    /// <summary>Options for an archive that is not a layer, as <c>ADD</c> unpacks it: <c>.wh.</c> names have no special meaning, and a
    /// directory entry follows an existing symbolic link to a directory.</summary>
    public static LayerApplierOptions Archive { get; } = new() { Whiteouts = WhiteoutFormat.None, KeepDirectoryLinks = true };

    /// <summary>Representation of <c>.wh.</c> entries in the tree.</summary>
    public WhiteoutFormat Whiteouts { get; init; } = WhiteoutFormat.Overlay;

    /// <summary>Whether a directory entry keeps an existing symbolic link of its name that points to a directory inside the root. If false,
    /// the directory replaces the link.</summary>
    public bool KeepDirectoryLinks { get; init; }

    /// <summary>Changes an entry's owner, mode, name or times before it is written, or returns null to skip it. Type and size must not
    /// change. Hash, tar-split and set of owners describe the original tar.</summary>
    public Func<TarHeader, TarHeader?>? Rewrite { get; init; }
}
