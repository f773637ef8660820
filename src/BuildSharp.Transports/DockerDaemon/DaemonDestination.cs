using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Transports.DockerArchive;

namespace BuildSharp.Transports.DockerDaemon;

/// <summary>Loads an image into a Docker daemon: writes an archive to a temporary file, and sends it with the commit, so that the daemon
/// never gets part of an image.</summary>
internal sealed class DaemonDestination : IImageDestination
{
    private readonly ScratchDirectory _scratch;
    private readonly DockerArchiveDestination _archive;
    private readonly string _path;
    private readonly string? _host;

    public DaemonDestination(Reference name, TransportContext context)
    {
        _host = context.DaemonHost;
        _scratch = ScratchDirectory.Create(context.TemporaryDirectory);
        _path = Path.Combine(_scratch.Path, "image.tar");
        _archive = new DockerArchiveDestination(_path, [name], context.TemporaryDirectory);
    }

    public IReadOnlyList<string> ManifestTypes => _archive.ManifestTypes;

    public LayerWish LayerWish => _archive.LayerWish;

    public int ParallelBlobs => _archive.ParallelBlobs;

    public ValueTask<Descriptor?> TryReuseBlobAsync(BlobInfo blob, CancellationToken cancellationToken) => _archive.TryReuseBlobAsync(blob, cancellationToken);

    public ValueTask<Descriptor> PutBlobAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken) =>
        _archive.PutBlobAsync(content, blob, cancellationToken);

    public ValueTask PutManifestAsync(ManifestBlob manifest, CancellationToken cancellationToken) => _archive.PutManifestAsync(manifest, cancellationToken);

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        await _archive.CommitAsync(cancellationToken).ConfigureAwait(false);
        using var daemon = new DaemonClient(_host);
        await daemon.LoadAsync(_path, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _archive.DisposeAsync().ConfigureAwait(false);
        _scratch.Dispose();
    }
}
