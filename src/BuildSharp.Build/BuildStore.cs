using BuildSharp.Containers;
using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build;

/// <summary>The containers and images of a build in a <see cref="Store"/>.</summary>
internal sealed class BuildStore(Store store, TimeProvider time) : IBuildStore
{
    public IStageContainer Create(FromOptions options) => new StageContainer(WorkingContainer.Create(store, options, time), store);

    public StoredImage? FindImage(string id) => store.Images.Find(id);

    public Digest ManifestDigest(string imageId) => Digest.Sha256(store.Images.ReadData(imageId, "manifest"));

    public string ManifestType(string imageId) => ManifestBlob.GuessMediaType(store.Images.ReadData(imageId, "manifest"));

    public Digest MountedDigest(string root, string source, FileRecorder? files, FileDigests? known, CancellationToken cancellationToken) =>
        Containers.Adding.Digests.MountedDigest.Of(root, source, files, known, cancellationToken);

    public void RemoveUnnamed(string imageId) => store.Images.RemoveUnnamed(imageId);
}
