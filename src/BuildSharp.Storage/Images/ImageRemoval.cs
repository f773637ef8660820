namespace BuildSharp.Storage;

/// <summary>What removing an image took away.</summary>
/// <param name="Untagged">Names that are gone.</param>
/// <param name="Images">Ids of the images removed: the one asked for, then its parents that nothing needed any more.</param>
/// <param name="Layers">Ids of the layers removed.</param>
public sealed record ImageRemoval(IReadOnlyList<string> Untagged, IReadOnlyList<string> Images, IReadOnlyList<string> Layers);
