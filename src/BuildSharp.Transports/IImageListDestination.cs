using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>A destination that can hold a manifest list with its images: for each image its blobs and
/// <see cref="PutInstanceAsync"/>, then <see cref="IImageDestination.PutManifestAsync"/> with the list, then the commit.</summary>
public interface IImageListDestination : IImageDestination
{
    /// <summary>Types of lists it can hold, the one it likes most first.</summary>
    IReadOnlyList<string> ListTypes { get; }

    /// <summary>Takes the manifest of one image of the list, whose blobs are all there.</summary>
    ValueTask PutInstanceAsync(ManifestBlob manifest, CancellationToken cancellationToken);
}
