using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>A manifest list with its images, for reading.</summary>
public interface IImageListSource
{
    /// <summary>The bytes of the list, unchanged.</summary>
    ManifestBlob Manifest { get; }

    /// <summary>Opens one image of the list.</summary>
    /// <param name="entry">Its entry in the list.</param>
    /// <param name="cancellationToken">Stops opening it.</param>
    /// <returns>The source of its blobs, which the caller disposes, and its manifest there.</returns>
    ValueTask<(IImageSource Source, ManifestBlob Manifest)> OpenAsync(Descriptor entry, CancellationToken cancellationToken);
}
