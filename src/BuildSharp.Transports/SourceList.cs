using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>A manifest list whose images are at the same place as the list, such as a repository of a registry.</summary>
/// <param name="source">The place; stays open.</param>
/// <param name="manifest">The list there.</param>
public sealed class SourceList(IImageSource source, ManifestBlob manifest) : IImageListSource
{
    /// <inheritdoc/>
    public ManifestBlob Manifest => manifest;

    /// <inheritdoc/>
    /// <exception cref="BuildSharpException">The image is missing, or its manifest does not have the digest of the entry.</exception>
    public async ValueTask<(IImageSource Source, ManifestBlob Manifest)> OpenAsync(Descriptor entry, CancellationToken cancellationToken) =>
        (new Instance(source), await ImageDescription.ReadEntryAsync(source, entry, cancellationToken).ConfigureAwait(false));

    // The blobs of an image; disposing it leaves the place open for the next one.
    private sealed class Instance(IImageSource source) : IImageSource
    {
        public IReadOnlyList<string> SuggestedNames => [];

        public bool IsRemote => source.IsRemote;

        public ValueTask<ManifestBlob> GetManifestAsync(Digest? instance, CancellationToken cancellationToken) =>
            source.GetManifestAsync(instance, cancellationToken);

        public ValueTask<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) => source.OpenBlobAsync(blob, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
