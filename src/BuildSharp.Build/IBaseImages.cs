using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

/// <summary>Finds the images that FROM and COPY --from name, in the store or, if the caller's pull policy allows, elsewhere.</summary>
public interface IBaseImages
{
    /// <summary>Finds an image.</summary>
    /// <param name="name">As in the Dockerfile, variables expanded.</param>
    /// <param name="platform">Required platform; null for any.</param>
    /// <exception cref="BuildSharpException">The image does not exist or cannot be pulled.</exception>
    ValueTask<BaseImage> FindAsync(string name, Platform? platform, CancellationToken cancellationToken);
}

/// <summary>A base image.</summary>
/// <param name="Image">The record in the store.</param>
/// <param name="Name">Full reference by which it was found; its first name when it was found by ID or digest; null when it has
/// none.</param>
public sealed record BaseImage(StoredImage Image, string? Name);
