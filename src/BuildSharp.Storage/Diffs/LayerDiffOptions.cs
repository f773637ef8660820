using System.Text;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

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

    /// <summary>What the layer gets beside the tree's content, in this order and after it; what the tree has in a file's place is left
    /// out.</summary>
    public IReadOnlyList<AddedEntry> Added { get; init; } = [];

    /// <summary>Gives the owner and group in the tar for those on disk, as an id mapping does; null keeps them.</summary>
    public Func<(uint Uid, uint Gid), (uint Uid, uint Gid)>? MapOwner { get; init; }

    /// <summary>How the tree marks what is gone: <see cref="WhiteoutFormat.Overlay"/> or <see cref="WhiteoutFormat.OverlayUser"/> for an
    /// overlay's upper directory. Ignored where trees are compared.</summary>
    public WhiteoutFormat Whiteouts { get; init; } = WhiteoutFormat.Overlay;

    /// <summary>Whether a tree is only copied and no tar is made of it, so that a whiteout's name is a name like any other.</summary>
    public bool IsCopy { get; init; }

    /// <summary>Refuses a file that the tar of a layer cannot hold, for its name says there that another file is gone.</summary>
    /// <param name="path">From the layer's root.</param>
    /// <exception cref="BuildSharpException">It is a whiteout's name.</exception>
    internal void RequireNameForLayer(ReadOnlySpan<byte> path)
    {
        if (!IsCopy && LayerPath.BaseName(path.TrimEnd((byte)'/')).StartsWith(Whiteout.Prefix))
        {
            throw new BuildSharpException(
                $"/{Encoding.UTF8.GetString(path)} cannot go into a layer: there a name that begins with .wh. deletes other files; rename or remove it");
        }
    }

    /// <summary>The modification time that an entry gets instead of its own.</summary>
    internal Timestamp TimeOf(Timestamp modified) => ModifiedAt ?? (ClampTo is { } latest && modified > latest ? latest : modified);
}
