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
        var bytes = await ReadSmallAsync(response, ImageManifest.SizeLimit, what, cancellationToken).ConfigureAwait(false);
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

    /// <summary>Writes a manifest or index, after everything that it refers to. If it refers to a subject and the registry does not list
    /// by itself what does, it is added to the index with the tag of the subject.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="tag">The tag that refers to it from now on; null for its digest alone.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <exception cref="ManifestRefusedException">The registry does not take manifests of this type.</exception>
    /// <exception cref="RegistryException">The registry refuses.</exception>
    /// <exception cref="BuildSharpException">The registry stored other bytes.</exception>
    public async Task PutManifestAsync(ManifestBlob manifest, string? tag, CancellationToken cancellationToken)
    {
        var isListed = await SendManifestAsync(manifest, tag, cancellationToken).ConfigureAwait(false);
        if (!isListed && Referrer.Of(manifest) is { } referrer)
        {
            await AddReferrerAsync(manifest, referrer, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the registry lists what refers to the manifest's subject (distribution-spec, "Pushing Manifests with
    /// Subject").</returns>
    private async Task<bool> SendManifestAsync(ManifestBlob manifest, string? tag, CancellationToken cancellationToken)
    {
        var reference = tag ?? manifest.Digest.ToString();
        var request = new RegistryRequest(HttpMethod.Put, Address($"manifests/{reference}"), $"writing manifest {reference} to {_endpoint}")
        {
            Scopes = [AccessScope.Push(_endpoint.Repository)],
            Expected = [HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Accepted, HttpStatusCode.NoContent],
            Body = () => new ReadOnlyMemoryContent(manifest.Bytes) { Headers = { ContentType = new MediaTypeHeaderValue(manifest.MediaType) } },
        };
        HttpResponseMessage response;
        try
        {
            response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException error) when (ManifestRefusedException.IsMeantBy(error))
        {
            throw new ManifestRefusedException(manifest, error);
        }

        using (response)
        {
            return StatedDigest(response) is not { } stored || stored == manifest.Digest || stored.Algorithm != manifest.Digest.Algorithm
                ? response.Headers.Contains("OCI-Subject")
                : throw new BuildSharpException($"{request.Attempt}: the registry stored {stored}, {manifest.Digest} was sent");
        }
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
