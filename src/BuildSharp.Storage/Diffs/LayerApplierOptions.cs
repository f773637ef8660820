using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>How <see cref="LayerApplier"/> unpacks.</summary>
public sealed record LayerApplierOptions
{
    /// <summary>An archive that is no layer, as <c>ADD</c> unpacks it: <c>.wh.</c> names mean nothing, and a directory entry where a
    /// symbolic link leads to a directory goes there.</summary>
    public static LayerApplierOptions Archive { get; } = new() { Whiteouts = WhiteoutFormat.None, KeepDirectoryLinks = true };

    /// <summary>What becomes of <c>.wh.</c> entries.</summary>
    public WhiteoutFormat Whiteouts { get; init; } = WhiteoutFormat.Overlay;

    /// <summary>Whether a directory entry leaves a symbolic link of its name alone when the link leads, inside the root, to a directory;
    /// otherwise the directory takes the link's place.</summary>
    public bool KeepDirectoryLinks { get; init; }

    /// <summary>Changes an entry before it is placed (owner, mode, name, times), or drops it by returning null. Its type and size must
    /// stay. The hash, the tar-split and the owners are those of the tar as it came.</summary>
    public Func<TarHeader, TarHeader?>? Rewrite { get; init; }
}
