using BuildSharp.Containers;
using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

/// <summary>Where a build keeps its containers and images, as its stages see it.</summary>
internal interface IBuildStore
{
    /// <summary>Creates a working container.</summary>
    /// <exception cref="BuildSharpException">The base image cannot be used.</exception>
    IStageContainer Create(FromOptions options);

    /// <summary>Finds an image by ID; null when it has been removed.</summary>
    StoredImage? FindImage(string id);

    /// <summary>Digest of an image's manifest.</summary>
    /// <exception cref="BuildSharpException">There is no such image.</exception>
    Digest ManifestDigest(string imageId);

    /// <summary>Media type of an image's manifest.</summary>
    /// <exception cref="BuildSharpException">There is no such image.</exception>
    string ManifestType(string imageId);

    /// <summary>Digest of the files that a bind mount shows.</summary>
    /// <param name="root">Absolute path of the context.</param>
    /// <param name="source">Path in it.</param>
    /// <param name="files">Takes down what the digest covers; null for nothing.</param>
    /// <param name="known">Remembers the digests of files; null for not.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="BuildSharpException">The source does not exist.</exception>
    Digest MountedDigest(string root, string source, FileRecorder? files, FileDigests? known, CancellationToken cancellationToken);

    /// <summary>Removes an image, and its parents that nothing else needs, unless it has a name.</summary>
    /// <exception cref="BuildSharpException">A container uses it.</exception>
    void RemoveUnnamed(string imageId);
}
