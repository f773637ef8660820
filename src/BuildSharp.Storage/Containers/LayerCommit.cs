using BuildSharp.Oci;
using BuildSharp.Oci.Reporting;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage.Containers;

/// <summary>Options for turning a container's changes into an image layer.</summary>
public sealed record LayerCommit
{
    /// <summary>Modification time of every entry; null keeps each file's own.</summary>
    public Timestamp? ModifiedAt { get; init; }

    /// <summary>Upper limit of modification times: later ones are set to it.</summary>
    public Timestamp? ClampTo { get; init; }

    /// <summary>Paths to leave out of the layer, without a leading <c>/</c>.</summary>
    public IReadOnlyList<string> ExcludePaths { get; init; } = [];

    /// <summary>Entries to add that the container does not have. A layer with such entries cannot be adopted.</summary>
    public IReadOnlyList<AddedEntry> Added { get; init; } = [];

    /// <summary>Stops the commit while files are read; then nothing is stored.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The same options in the form that a layer diff takes.</summary>
    /// <param name="whiteouts">Representation of whiteouts in the container's tree.</param>
    /// <param name="progress">Counts the bytes of the tar; null to count nothing.</param>
    internal LayerDiffOptions ToDiffOptions(WhiteoutFormat whiteouts, ProgressItem? progress = null) => new()
    {
        Progress = progress,
        Cancellation = Cancellation,
        ModifiedAt = ModifiedAt,
        ClampTo = ClampTo,
        ExcludePaths = ExcludePaths,
        Added = Added,
        Whiteouts = whiteouts,
    };
}
