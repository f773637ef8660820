using BuildSharp.Oci;

namespace BuildSharp.Storage.Diffs;

/// <summary>How <see cref="LayerDiff"/> describes a tree.</summary>
public sealed record LayerDiffOptions
{
    /// <summary>One modification time for every entry; null keeps each file's own.</summary>
    public Timestamp? ModifiedAt { get; init; }

    /// <summary>Latest modification time: later ones become this one.</summary>
    public Timestamp? ClampTo { get; init; }

    /// <summary>Paths that are left out with everything below them, without a leading <c>/</c>.</summary>
    public IReadOnlyList<string> ExcludePaths { get; init; } = [];

    /// <summary>Gives the owner and group in the tar for those on disk, as an id mapping does; null keeps them.</summary>
    public Func<(uint Uid, uint Gid), (uint Uid, uint Gid)>? MapOwner { get; init; }

    /// <summary>How the tree marks what is gone: <see cref="WhiteoutFormat.Overlay"/> or <see cref="WhiteoutFormat.OverlayUser"/> for an
    /// overlay's upper directory. Ignored where trees are compared.</summary>
    public WhiteoutFormat Whiteouts { get; init; } = WhiteoutFormat.Overlay;
}
