using System.Net;
using System.Net.Http.Headers;
using BuildSharp.Oci;

namespace BuildSharp.Registry.Protocol;

public sealed partial class RepositoryClient
{
    // Without the list types, some registries convert a list to the image for one platform.
    private static readonly string[] AcceptedManifests =
        [MediaType.OciManifest, MediaType.DockerManifest, MediaType.DockerManifestList, MediaType.OciIndex];

    /// <summary>Reads a manifest or index, at most 4 MiB.</summary>
    /// <param name="tag">A tag; null with a digest.</param>
    /// <param name="digest">A digest, which the content is verified against; null with a tag.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <returns>The bytes with the media type that the registry states, or that their content shows if it states none of a
    /// manifest.</returns>
    /// <exception cref="RegistryException">There is no such manifest, or the registry refuses.</exception>
    /// <exception cref="BuildSharpException">The manifest is too large, or does not have the digest.</exception>
    public async Task<ManifestBlob> GetManifestAsync(string? tag, Digest? digest, CancellationToken cancellationToken)
    {
        var request = ManifestRequest(HttpMethod.Get, tag, digest);
        using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var what = $"{request.Attempt}: manifest";
        byte[] bytes;
        try
        {
            bytes = await LimitedContent.ReadAsync(response.Content, ImageManifest.SizeLimit, what, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (Connections.ConnectionFailure.Is(error))
        {
            throw RegistryError.Of(request.Attempt, error);
        }

        if (digest is { } expected && Digest.Compute(expected.Algorithm, bytes) is var actual && actual != expected)
        {
            throw new BuildSharpException($"{request.Attempt}: got {actual} ({bytes.Length:N0} bytes), expected {expected}");
        }

        var stated = response.Content.Headers.ContentType?.MediaType;
        return MediaType.IsManifest(stated) || MediaType.IsIndex(stated) ? new ManifestBlob(stated!, bytes) : ManifestBlob.Of(bytes);
    }

    /// <summary>Digest of the manifest that a tag refers to, without reading the manifest where the registry states the digest.</summary>
    /// <returns>Null when there is no such tag.</returns>
    /// <exception cref="RegistryException">The registry refuses.</exception>
    public async Task<Digest?> FindDigestAsync(string tag, CancellationToken cancellationToken)
    {
        try
        {
            var request = ManifestRequest(HttpMethod.Head, tag, null);
            using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return StatedDigest(response) ?? (await GetManifestAsync(tag, null, cancellationToken).ConfigureAwait(false)).Digest;
        }
        catch (RegistryException error) when (error.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes a manifest or index, after everything that it refers to.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="tag">The tag that refers to it from now on; null for its digest alone.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <returns>Whether the registry maintains the referrers of the manifest's subject (distribution-spec, "Pushing Manifests with
    /// Subject").</returns>
    /// <exception cref="RegistryException">The registry refuses.</exception>
    /// <exception cref="BuildSharpException">The registry stored other bytes.</exception>
    public async Task<bool> PutManifestAsync(ManifestBlob manifest, string? tag, CancellationToken cancellationToken)
    {
        var reference = tag ?? manifest.Digest.ToString();
        var request = new RegistryRequest(HttpMethod.Put, Address($"manifests/{reference}"), $"writing manifest {reference} to {_endpoint}")
        {
            Scopes = [AccessScope.Push(_endpoint.Repository)],
            Expected = [HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.NoContent],
            Body = () => new ReadOnlyMemoryContent(manifest.Bytes) { Headers = { ContentType = new MediaTypeHeaderValue(manifest.MediaType) } },
        };
        using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return StatedDigest(response) is not { } stored || stored == manifest.Digest || stored.Algorithm != manifest.Digest.Algorithm
            ? response.Headers.Contains("OCI-Subject")
            : throw new BuildSharpException($"{request.Attempt}: the registry stored {stored}, {manifest.Digest} was sent");
    }

    private static Digest? StatedDigest(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.First(), out var digest)
            ? digest
            : null;

    private RegistryRequest ManifestRequest(HttpMethod method, string? tag, Digest? digest)
    {
        var reference = digest?.ToString() ?? tag ?? throw new ArgumentException("neither tag nor digest");
        return new RegistryRequest(method, Address($"manifests/{reference}"), $"reading manifest {reference} in {_endpoint}")
        {
            Scopes = [AccessScope.Pull(_endpoint.Repository)],
            Prepare = message =>
            {
                foreach (var type in AcceptedManifests)
                {
                    message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
                }
            },
        };
    }
}
