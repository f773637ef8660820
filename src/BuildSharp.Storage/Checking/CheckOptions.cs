namespace BuildSharp.Storage.Checking;

/// <summary>How a store is examined.</summary>
public sealed record CheckOptions
{
    /// <summary>Skips the comparison of the layers' digests, which reads the content of all layers.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Removes what no record needs, and repairs what can be repaired without loss.</summary>
    public bool Repair { get; init; }

    /// <summary>With <see cref="Repair"/>: also removes images and containers that are damaged and cannot be repaired.</summary>
    public bool Force { get; init; }

    /// <summary>Minimum age at which a layer that no image and no container uses, or an image without name and manifest, counts as a
    /// leftover. A younger one may belong to a pull or a commit that is still running.</summary>
    public TimeSpan UnusedLayerAge { get; init; } = TimeSpan.FromHours(24);
}
