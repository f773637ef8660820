using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>Writes an image into an OCI layout, beside those that are there. Blobs of other images are used when they are the same;
/// the index changes last, in one step, under a lock.</summary>
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

    /// <summary>Makes the layout if it is not there.</summary>
    /// <exception cref="BuildSharpException">The directory has other things in it and is no layout.</exception>
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

            // Every writer makes the marker first; so other things without a marker, even now, are not a layout being begun.
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

    /// <summary>A manifest is a blob among others; only that of the whole is named in the layout's index.</summary>
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
            // Another writer was faster. The file is what the index's lock hangs on and must not be replaced.
        }
    }

    private string BlobPath(Digest digest) => Path.Combine(_path, OciLayoutFiles.BlobPath(digest));
}
