using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage;

/// <summary>How a container's changes become an image's layer.</summary>
public sealed record LayerCommit
{
    /// <summary>One modification time for every entry; null keeps each file's own.</summary>
    public Timestamp? ModifiedAt { get; init; }

    /// <summary>Latest modification time: later ones become this one.</summary>
    public Timestamp? ClampTo { get; init; }

    /// <summary>Paths that are left out of the layer, without a leading <c>/</c>.</summary>
    public IReadOnlyList<string> ExcludePaths { get; init; } = [];

    /// <summary>What the layer gets that the container does not have. Such a layer cannot be adopted.</summary>
    public IReadOnlyList<AddedEntry> Added { get; init; } = [];

    /// <summary>As what the comparison of a layer with those below takes.</summary>
    internal LayerDiffOptions ToDiffOptions(WhiteoutFormat whiteouts) => new()
    {
        ModifiedAt = ModifiedAt,
        ClampTo = ClampTo,
        ExcludePaths = ExcludePaths,
        Added = Added,
        Whiteouts = whiteouts,
    };
}
