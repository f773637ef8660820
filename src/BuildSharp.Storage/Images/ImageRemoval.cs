namespace BuildSharp.Storage.Images;

/// <summary>Result of removing an image.</summary>
/// <param name="Untagged">Removed names.</param>
/// <param name="Images">Ids of the removed images: the requested one, then parents that nothing needed any more.</param>
/// <param name="Layers">Ids of the removed layers.</param>
public sealed record ImageRemoval(IReadOnlyList<string> Untagged, IReadOnlyList<string> Images, IReadOnlyList<string> Layers);
