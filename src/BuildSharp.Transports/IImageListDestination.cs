using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>A destination that can hold a manifest list and its images. For each image it receives the blobs and
/// <see cref="PutInstanceAsync"/>, then <see cref="IImageDestination.PutManifestAsync"/> with the list, then the commit.</summary>
public interface IImageListDestination : IImageDestination
{
    /// <summary>List types that the destination can hold, the preferred one first.</summary>
    IReadOnlyList<string> ListTypes { get; }

    /// <summary>Writes the manifest of one image of the list, after all its blobs.</summary>
    ValueTask PutInstanceAsync(ManifestBlob manifest, CancellationToken cancellationToken);
}
