using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

/// <summary>An image that has the result of a step.</summary>
/// <param name="Image">The image, in the store.</param>
/// <param name="Config">Its config.</param>
/// <param name="From">Where it was copied from, as buildah shows it: <c>repository:key</c>; null when the store had it.</param>
public sealed record CachedStep(StoredImage Image, ImageConfig Config, string? From = null);
