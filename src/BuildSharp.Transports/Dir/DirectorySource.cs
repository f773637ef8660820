using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Transports.OciLayout;

namespace BuildSharp.Transports.Dir;

/// <summary>Reads an image from separate files in a directory.</summary>
internal sealed class DirectorySource(string path) : IImageSource
{
    private readonly LayoutDirectory _files = new(path);

    public IReadOnlyList<string> SuggestedNames => [];

    public ValueTask<ManifestBlob> GetManifestAsync(Digest? instance, CancellationToken cancellationToken)
    {
        var name = instance is { } digest ? DirectoryLocation.InstanceFileName(digest) : DirectoryLocation.ManifestFile;
        return ValueTask.FromResult(ManifestBlob.Of(_files.ReadSmall(name)));
    }

    public ValueTask<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        var name = DirectoryLocation.BlobFileName(blob.Digest);
        var stream = _files.Open(name) ?? throw new BuildSharpException($"{path}: blob {name} is missing");
        return ValueTask.FromResult<Stream>(new VerifyingStream(stream, blob.Digest, blob.Size, Path.Combine(path, name)));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
