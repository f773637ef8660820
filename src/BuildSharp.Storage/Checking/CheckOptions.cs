namespace BuildSharp.Storage;

/// <summary>How a store is examined.</summary>
public sealed record CheckOptions
{
    /// <summary>Leave out what reads all content: the layers' digests.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Remove what nothing needs, and mend what can be mended without loss.</summary>
    public bool Repair { get; init; }

    /// <summary>With <see cref="Repair"/>: also remove images and containers that are damaged beyond mending.</summary>
    public bool Force { get; init; }

    /// <summary>How old a layer that no image and no container uses, or an image without name and manifest, must be to count as left over.
    /// A younger one may belong to a pull or a commit that is still running.</summary>
    public TimeSpan UnusedLayerAge { get; init; } = TimeSpan.FromHours(24);
}
