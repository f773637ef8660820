using System.Text;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Storage.Diffs;

/// <summary>Options of <see cref="LayerDiff"/>.</summary>
public sealed record LayerDiffOptions
{
    /// <summary>Modification time of every entry; null keeps each file's own.</summary>
    public Timestamp? ModifiedAt { get; init; }

    /// <summary>Upper limit of modification times: later ones are set to it.</summary>
    public Timestamp? ClampTo { get; init; }

    /// <summary>Paths to leave out, with everything below them; without a leading <c>/</c>.</summary>
    public IReadOnlyList<string> ExcludePaths { get; init; } = [];

    /// <summary>Entries to append to the tree's content, in this order. A file of the tree with the same path is left out.</summary>
    public IReadOnlyList<AddedEntry> Added { get; init; } = [];

    /// <summary>Maps owner and group on disk to those in the tar, as an id mapping does; null keeps them.</summary>
    public Func<(uint Uid, uint Gid), (uint Uid, uint Gid)>? MapOwner { get; init; }

    /// <summary>Representation of whiteouts in the tree: <see cref="WhiteoutFormat.Overlay"/> or <see cref="WhiteoutFormat.OverlayUser"/>
    /// for an overlay's upper directory. Ignored when trees are compared.</summary>
    public WhiteoutFormat Whiteouts { get; init; } = WhiteoutFormat.Overlay;

    /// <summary>Whether the tree is only copied. Without a tar, a file name that begins with <c>.wh.</c> has no special meaning and is
    /// allowed.</summary>
    public bool IsCopy { get; init; }

    /// <summary>Counts the bytes of the tar; null to count nothing.</summary>
    public ProgressItem? Progress { get; init; }

    /// <summary>Stops the walk.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Refuses a file name that means, in a layer's tar, that another file is deleted.</summary>
    /// <param name="path">Path from the layer's root.</param>
    /// <exception cref="BuildSharpException">The file has the name of a whiteout.</exception>
    internal void RequireNameForLayer(ReadOnlySpan<byte> path)
    {
        if (!IsCopy && LayerPath.BaseName(path.TrimEnd((byte)'/')).StartsWith(Whiteout.Prefix))
        {
            throw new BuildSharpException(
                $"/{Encoding.UTF8.GetString(path)} cannot go into a layer: there a name that begins with .wh. deletes other files; rename or remove it");
        }
    }

    /// <summary>Modification time of an entry after <see cref="ModifiedAt"/> and <see cref="ClampTo"/> are applied.</summary>
    internal Timestamp TimeOf(Timestamp modified) => ModifiedAt ?? (ClampTo is { } latest && modified > latest ? latest : modified);
}
