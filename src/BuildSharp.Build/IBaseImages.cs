using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Build;

/// <summary>Finds the images that FROM and COPY --from name: in the store, or from wherever the caller's pull policy allows.</summary>
public interface IBaseImages
{
    /// <summary>The image of that name.</summary>
    /// <param name="name">As written in the Dockerfile, variables expanded.</param>
    /// <param name="platform">What it has to run on; null for any.</param>
    /// <exception cref="BuildSharpException">There is none, or it could not be fetched.</exception>
    ValueTask<BaseImage> FindAsync(string name, Platform? platform, CancellationToken cancellationToken);
}

/// <summary>An image to start from.</summary>
/// <param name="Image">The record in the store.</param>
/// <param name="Name">The complete reference it was found by, or the first of its names when it was found by its ID or digest; null when it has none.</param>
public sealed record BaseImage(StoredImage Image, string? Name);
