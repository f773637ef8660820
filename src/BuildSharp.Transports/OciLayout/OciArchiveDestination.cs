using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Transports.Archives;

namespace BuildSharp.Transports.OciLayout;

/// <summary>Writes an image as a tar of an OCI layout. The layout is first created in a temporary directory, because a blob's name is known
/// only after its last byte and a tar cannot be changed afterwards. An existing archive is replaced.</summary>
internal sealed class OciArchiveDestination : IImageListDestination
{
    private readonly string _path;
    private readonly ScratchDirectory _scratch;
    private readonly OciLayoutDestination _layout;

    public OciArchiveDestination(string path, string? name, string temporaryDirectory)
    {
        _path = path;
        _scratch = ScratchDirectory.Create(temporaryDirectory);
        _layout = OciLayoutDestination.Open(_scratch.Path, name, debug: null);
    }

    public IReadOnlyList<string> ManifestTypes => _layout.ManifestTypes;

    public IReadOnlyList<string> ListTypes => _layout.ListTypes;

    public LayerWish LayerWish => _layout.LayerWish;

    public int ParallelBlobs => _layout.ParallelBlobs;

    public ValueTask<Descriptor?> TryReuseBlobAsync(BlobInfo blob, CancellationToken cancellationToken) =>
        _layout.TryReuseBlobAsync(blob, cancellationToken);

    public ValueTask<Descriptor> PutBlobAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken) =>
        _layout.PutBlobAsync(content, blob, cancellationToken);

    public ValueTask PutManifestAsync(ManifestBlob manifest, CancellationToken cancellationToken) =>
        _layout.PutManifestAsync(manifest, cancellationToken);

    public ValueTask PutInstanceAsync(ManifestBlob manifest, CancellationToken cancellationToken) =>
        _layout.PutInstanceAsync(manifest, cancellationToken);

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        await _layout.CommitAsync(cancellationToken).ConfigureAwait(false);
        using var output = ArchiveFile.Create(_path);
        var tar = new TarWriter(output.Stream);
        WriteDirectory(tar, "blobs");
        WriteDirectory(tar, "blobs/sha256");
        foreach (var blob in Directory.EnumerateFiles(Path.Combine(_scratch.Path, "blobs/sha256")).Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            WriteFile(tar, "blobs/sha256/" + Path.GetFileName(blob));
        }

        WriteFile(tar, OciLayoutFiles.IndexPath);
        WriteFile(tar, OciLayoutFiles.MarkerPath);
        tar.Complete();
        output.Complete();
    }

    public ValueTask DisposeAsync()
    {
        _scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void WriteDirectory(TarWriter tar, string name) => tar.Write(new TarHeader
    {
        Name = Encoding.UTF8.GetBytes(name + "/"),
        Type = TarEntryType.Directory,
        Mode = Octal.O755,
    });

    private void WriteFile(TarWriter tar, string name)
    {
        using var content = new FileStream(Path.Combine(_scratch.Path, name), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        tar.Write(
            new TarHeader { Name = Encoding.UTF8.GetBytes(name), Type = TarEntryType.RegularFile, Mode = Octal.O644, Size = content.Length },
            content);
    }
}
