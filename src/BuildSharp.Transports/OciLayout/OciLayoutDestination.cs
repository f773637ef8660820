using BuildSharp.Oci;

namespace BuildSharp.Transports.OciLayout;

/// <summary>Adds an image to an OCI layout. Shares blobs with the other images; replaces the index atomically and under a lock, as the last
/// step.</summary>
internal sealed class OciLayoutDestination : IImageListDestination
{
    private readonly string _path;
    private readonly string? _name;
    private readonly IProgress<string>? _debug;
    private ManifestBlob? _manifest;

    private OciLayoutDestination(string path, string? name, IProgress<string>? debug)
    {
        _debug = debug;
        _path = path;
        _name = name;
    }

    public IReadOnlyList<string> ManifestTypes => [MediaType.OciManifest];

    public IReadOnlyList<string> ListTypes => [MediaType.OciIndex];

    public LayerWish LayerWish => LayerWish.Compressed;

    public int ParallelBlobs => int.MaxValue;

    /// <summary>Opens the layout, or creates it.</summary>
    /// <exception cref="BuildSharpException">The directory has other content and is not a layout.</exception>
    public static OciLayoutDestination Open(string path, string? name, IProgress<string>? debug)
    {
        try
        {
            Directory.CreateDirectory(path);
            var marker = Path.Combine(path, OciLayoutFiles.MarkerPath);
            if (File.Exists(marker))
            {
                return new OciLayoutDestination(path, name, debug);
            }

            // Every writer creates the marker first. A directory with other files and no marker is therefore not a layout that another
            // writer is creating.
            if (Directory.EnumerateFileSystemEntries(path).Any() && !File.Exists(marker))
            {
                throw new BuildSharpException($"{path} is not empty and no OCI layout; refusing to write an image into it");
            }

            MakeMarker(marker);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"cannot write an OCI layout to {path}: {e.Message}", e);
        }

        return new OciLayoutDestination(path, name, debug);
    }

    public ValueTask<Descriptor?> TryReuseBlobAsync(BlobInfo blob, CancellationToken cancellationToken)
    {
        Descriptor? found = null;
        if (blob is { Digest: { } digest, Size: { } size }
            && new FileInfo(BlobPath(digest)) is { Exists: true } file && file.Length == size)
        {
            found = new Descriptor { MediaType = blob.MediaType, Digest = digest, Size = size };
        }

        return ValueTask.FromResult(found);
    }

    public async ValueTask<Descriptor> PutBlobAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken) =>
        await BlobFile.WriteAsync(_path, content, blob, BlobPath, cancellationToken).ConfigureAwait(false);

    public async ValueTask PutManifestAsync(ManifestBlob manifest, CancellationToken cancellationToken)
    {
        await PutInstanceAsync(manifest, cancellationToken).ConfigureAwait(false);
        _manifest = manifest;
    }

    /// <summary>Writes the manifest as a blob. Only the manifest of the whole list is named in the index.</summary>
    public async ValueTask PutInstanceAsync(ManifestBlob manifest, CancellationToken cancellationToken)
    {
        var info = new BlobInfo { MediaType = manifest.MediaType, Digest = manifest.Digest, Size = manifest.Bytes.Length };
        using var content = new MemoryStream(manifest.Bytes.ToArray(), writable: false);
        await PutBlobAsync(content, info, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        var manifest = _manifest ?? throw new InvalidOperationException("no manifest was put");
        using var held = await LayoutLock.TakeAsync(Path.Combine(_path, OciLayoutFiles.MarkerPath), _debug, cancellationToken).ConfigureAwait(false);
        var indexPath = Path.Combine(_path, OciLayoutFiles.IndexPath);
        var index = File.Exists(indexPath)
            ? ImageIndex.Parse(new LayoutDirectory(_path).ReadSmall(OciLayoutFiles.IndexPath), MediaType.OciIndex)
            : new ImageIndex { StatesMediaType = false };
        BlobFile.Replace(indexPath, OciIndexEdit.Put(index, manifest.Descriptor, _name).ToJson());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void MakeMarker(string marker)
    {
        try
        {
            using var file = new FileStream(marker, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
            file.Write(OciLayoutFiles.Marker);
        }
        catch (IOException) when (File.Exists(marker))
        {
            // Another writer created it first. Keep that file: it carries the lock of the index.
        }
    }

    private string BlobPath(Digest digest) => Path.Combine(_path, OciLayoutFiles.BlobPath(digest));
}
