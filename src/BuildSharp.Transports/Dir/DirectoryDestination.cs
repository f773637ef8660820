using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Transports.Dir;

/// <summary>Writes an image as separate files. The content of the directory is replaced, so it must be empty or hold such an
/// image.</summary>
internal sealed class DirectoryDestination : IImageListDestination
{
    private readonly string _path;
    private volatile bool _hasOtherDigests;

    private DirectoryDestination(string path) => _path = path;

    public IReadOnlyList<string> ManifestTypes => [MediaType.OciManifest, MediaType.DockerManifest];

    public IReadOnlyList<string> ListTypes => [MediaType.OciIndex, MediaType.DockerManifestList];

    public LayerWish LayerWish => LayerWish.Compressed;

    public int ParallelBlobs => int.MaxValue;

    /// <summary>Empties the directory, or creates it.</summary>
    /// <exception cref="BuildSharpException">The directory holds other files than an image of this kind.</exception>
    public static DirectoryDestination Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            var entries = Directory.GetFileSystemEntries(path);
            if (entries.Length > 0 && !IsImage(path))
            {
                throw new BuildSharpException(
                    $"{path} is not empty and no image directory (it has no \"version\" file saying so); refusing to overwrite it");
            }

            foreach (var entry in entries)
            {
                if (Directory.Exists(entry) && new DirectoryInfo(entry).LinkTarget is null)
                {
                    Directory.Delete(entry, recursive: true);
                }
                else
                {
                    File.Delete(entry);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"cannot write an image to {path}: {e.Message}", e);
        }

        return new DirectoryDestination(path);
    }

    public ValueTask<Descriptor?> TryReuseBlobAsync(BlobInfo blob, CancellationToken cancellationToken) => ValueTask.FromResult<Descriptor?>(null);

    public async ValueTask<Descriptor> PutBlobAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken)
    {
        var written = await BlobFile.WriteAsync(
            _path, content, blob, digest => Path.Combine(_path, DirectoryLocation.BlobFileName(digest)), cancellationToken).ConfigureAwait(false);
        _hasOtherDigests |= written.Digest.Algorithm != "sha256";
        return written;
    }

    public ValueTask PutManifestAsync(ManifestBlob manifest, CancellationToken cancellationToken)
    {
        BlobFile.Replace(Path.Combine(_path, DirectoryLocation.ManifestFile), manifest.Bytes.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask PutInstanceAsync(ManifestBlob manifest, CancellationToken cancellationToken)
    {
        BlobFile.Replace(Path.Combine(_path, DirectoryLocation.InstanceFileName(manifest.Digest)), manifest.Bytes.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        var version = DirectoryLocation.VersionStart + (_hasOtherDigests ? "1.2\n" : "1.1\n");
        BlobFile.Replace(Path.Combine(_path, DirectoryLocation.VersionFile), Encoding.ASCII.GetBytes(version));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static bool IsImage(string path)
    {
        var version = Path.Combine(path, DirectoryLocation.VersionFile);
        return File.Exists(version) && File.ReadAllText(version).StartsWith(DirectoryLocation.VersionStart, StringComparison.Ordinal);
    }
}
