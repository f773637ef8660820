using System.Net;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;

namespace BuildSharp.Registry.Protocol;

public sealed partial class RepositoryClient
{
    private const int PageLimit = 16 << 20;
    private const int MostTags = 1_000_000;

    /// <summary>All tags of the repository, in the order of the registry; follows its pages.</summary>
    /// <exception cref="RegistryException">There is no such repository, or the registry refuses.</exception>
    /// <exception cref="BuildSharpException">A page is invalid, too large or on another server, or there are too many tags.</exception>
    public async Task<IReadOnlyList<string>> ListTagsAsync(CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        var root = await _connection.RootAsync(cancellationToken).ConfigureAwait(false);
        var attempt = $"listing the tags of {_endpoint}";
        for (var page = new Uri(root, Address("tags/list")); page is not null;)
        {
            var request = new RegistryRequest(HttpMethod.Get, page, attempt) { Scopes = [AccessScope.Pull(_endpoint.Repository)] };
            using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var json = await ReadSmallAsync(response, PageLimit, attempt, cancellationToken).ConfigureAwait(false);
            tags.AddRange(StrictJson.Read(json, PageLimit, attempt, fields => fields.Strings("tags")));
            if (tags.Count > MostTags)
            {
                throw new BuildSharpException($"{attempt}: there are more than the {MostTags:N0} allowed");
            }

            page = LinkHeader.TryFindNext(response, page, attempt, out var next) ? next : null;
        }

        return tags;
    }

    /// <summary>Removes a manifest, and with it every tag that refers to it. Its blobs stay until the registry collects them.</summary>
    /// <remarks>If it refers to a subject, it is taken out of the index with the tag of the subject, where the registry does not list by
    /// itself what refers to a manifest.</remarks>
    /// <exception cref="RegistryException">There is no such manifest, or the registry refuses.</exception>
    public async Task DeleteManifestAsync(Digest digest, CancellationToken cancellationToken)
    {
        var referrer = Referrer.Of(await GetManifestAsync(null, digest, cancellationToken).ConfigureAwait(false));
        var request = new RegistryRequest(HttpMethod.Delete, Address($"manifests/{digest}"), $"deleting manifest {digest} in {_endpoint}")
        {
            Scopes = [AccessScope.Delete(_endpoint.Repository)],
            Expected = [HttpStatusCode.Accepted, HttpStatusCode.OK, HttpStatusCode.NoContent],
        };
        using (await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false))
        {
        }

        if (referrer is not null && !await ListsReferrersAsync(referrer.Subject, cancellationToken).ConfigureAwait(false))
        {
            await RemoveReferrerAsync(digest, referrer.Subject, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<byte[]> ReadSmallAsync(HttpResponseMessage response, int limit, string attempt, CancellationToken cancellationToken)
    {
        try
        {
            return await LimitedContent.ReadAsync(response.Content, limit, attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (Connections.ConnectionFailure.Is(error))
        {
            throw RegistryError.Of(attempt, error);
        }
    }
}
