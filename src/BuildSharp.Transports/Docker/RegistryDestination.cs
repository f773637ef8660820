using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Registry.Protocol;

namespace BuildSharp.Transports.Docker;

/// <summary>Writes an image to a registry. Blobs that the repository has are not sent; those that another repository of the registry is known
/// to have are mounted from there. The tag is written last.</summary>
internal sealed class RegistryDestination : IImageListDestination
{
    private const int MostCandidates = 5;
    private const int MostAttempts = 6;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    private readonly Reference _name;
    private readonly RegistryClientOptions _options;
    private readonly RepositoryClient _client;
    private readonly KnownBlobs _known;
    private ManifestBlob? _manifest;

    /// <summary>Connects to nothing yet.</summary>
    public RegistryDestination(Reference name, RegistryAccess access, KnownBlobs known)
    {
        _name = name;
        _options = access.Client;
        _client = new RepositoryClient(access.PushEndpoint(name), access.Client);
        _known = known;
    }

    public IReadOnlyList<string> ManifestTypes => [MediaType.OciManifest, MediaType.DockerManifest];

    public IReadOnlyList<string> ListTypes => [MediaType.OciIndex, MediaType.DockerManifestList];

    public LayerWish LayerWish => LayerWish.Compressed;

    public int ParallelBlobs => int.MaxValue;

    public bool IsRemote => true;

    public async ValueTask<Descriptor?> TryReuseBlobAsync(BlobInfo blob, CancellationToken cancellationToken)
    {
        // A registry stores such a layer as its addresses.
        if (blob is { Urls.Count: > 0, Digest: { } foreign, Size: { } length })
        {
            return new Descriptor { MediaType = blob.MediaType, Digest = foreign, Size = length };
        }

        foreach (var (digest, size) in Candidates(blob))
        {
            if (await IsThereAsync(digest, size, cancellationToken).ConfigureAwait(false))
            {
                var found = new Descriptor { MediaType = blob.MediaType, Digest = digest, Size = size };
                Remember(blob, found);
                return found;
            }
        }

        return null;
    }

    public async ValueTask<Descriptor> PutBlobAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken)
    {
        if (blob is { LayerIndex: null, Digest: { } digest, Size: { } size }
            && await _client.FindBlobAsync(digest, cancellationToken).ConfigureAwait(false) == size)
        {
            return new Descriptor { MediaType = blob.MediaType, Digest = digest, Size = size };
        }

        (Digest, long)? known = blob.Digest is { } whole && blob.Size is { } length ? (whole, length) : null;
        var written = await _client.UploadBlobAsync(content, blob.MediaType, known, cancellationToken).ConfigureAwait(false);
        Remember(blob, written);
        return written;
    }

    public async ValueTask<bool> MayTryAgainAsync(BuildSharpException failure, int attempt, CancellationToken cancellationToken)
    {
        if (!_options.Retries || attempt >= MostAttempts || failure is not RegistryException { IsTransient: true })
        {
            return false;
        }

        _options.Debug?.Report($"sending a blob again: {failure.Message}");
        await Task.Delay((_options.RetryDelay ?? FirstDelay) * attempt, _options.Time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async ValueTask PutInstanceAsync(ManifestBlob manifest, CancellationToken cancellationToken) =>
        await _client.PutManifestAsync(manifest, null, cancellationToken).ConfigureAwait(false);

    public ValueTask PutManifestAsync(ManifestBlob manifest, CancellationToken cancellationToken)
    {
        _manifest = _name.Digest is not { } wanted || wanted == manifest.Digest
            ? manifest
            : throw new BuildSharpException($"{_name}: the image to write has the digest {manifest.Digest}; write it to a tag");
        return ValueTask.CompletedTask;
    }

    public async ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        var manifest = _manifest ?? throw new InvalidOperationException("no manifest was put");
        await _client.PutManifestAsync(manifest, _name.Tag, cancellationToken).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    // What the blob is, or for a layer that has yet to be compressed, what it was before.
    private IEnumerable<(Digest Digest, long Size)> Candidates(BlobInfo blob)
    {
        if (blob is { Digest: { } digest, Size: { } size })
        {
            return [(digest, size)];
        }

        return blob.DiffId is { } diffId && LayerType.Read(blob.MediaType) is { } wanted
            ? _known.Find(diffId).Where(known => LayerType.Read(known.MediaType)?.Compression == wanted.Compression)
                .Select(known => (known.Digest, known.Size)).Distinct().Take(MostCandidates)
            : [];
    }

    private async Task<bool> IsThereAsync(Digest digest, long size, CancellationToken cancellationToken)
    {
        if (await _client.FindBlobAsync(digest, cancellationToken).ConfigureAwait(false) == size)
        {
            return true;
        }

        var (host, own) = (_client.Endpoint.Host, _client.Endpoint.Repository);
        foreach (var repository in _known.RepositoriesOf(digest, host).Where(repository => repository != own).Take(MostCandidates))
        {
            try
            {
                if (await _client.MountBlobAsync(digest, repository, cancellationToken).ConfigureAwait(false))
                {
                    _options.Debug?.Report($"blob {digest} is mounted from {host}/{repository}");
                    return true;
                }
            }
            catch (RegistryException error) when (!error.IsTransient)
            {
                // For example no access to that repository any more. The blob is sent then.
                _options.Debug?.Report(error.Message);
            }
        }

        return false;
    }

    // The diff ID must be verified: of a layer that was compressed here, or that the store unpacked when it was pulled.
    private void Remember(BlobInfo blob, Descriptor written)
    {
        if (blob.DiffId is { } diffId && LayerType.Read(blob.MediaType) is { Compression: not CompressionKind.None }
            && (blob.Digest is null || _known.Find(diffId).Any(known => known.Digest == written.Digest)))
        {
            var (host, repository) = (_client.Endpoint.Host, _client.Endpoint.Repository);
            _known.Remember(new KnownBlob(diffId, written.Digest, written.Size, written.MediaType, host, repository));
        }
    }
}
