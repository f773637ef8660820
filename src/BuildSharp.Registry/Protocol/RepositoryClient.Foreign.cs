using System.Net;
using System.Net.Http.Headers;
using BuildSharp.Oci;
using BuildSharp.Registry.Connections;

namespace BuildSharp.Registry.Protocol;

public sealed partial class RepositoryClient
{
    /// <summary>Opens a blob at an address that its descriptor states, without credentials (image-spec, descriptor.md, <c>urls</c>).</summary>
    /// <returns>Null when it cannot be read there: the registry may have it, too.</returns>
    private async Task<Stream?> TryOpenElsewhereAsync(Descriptor blob, string text, CancellationToken cancellationToken)
    {
        var root = await _connection.RootAsync(cancellationToken).ConfigureAwait(false);
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || !MayRead(address, root))
        {
            _options.Debug?.Report($"blob {blob.Digest} is not read at {AddressCredentials.Masked(text)}, an address that images must not lead to");
            return null;
        }

        var attempt = $"reading blob {blob.Digest} at {Redirection.Shown(address)}";
        _options.Debug?.Report(attempt);
        try
        {
            return await OpenAsync(
                (offset, cancel) => GetElsewhereAsync(address, root, offset, attempt, cancel), blob, attempt, cancellationToken).ConfigureAwait(false);
        }
        catch (BuildSharpException error)
        {
            _options.Debug?.Report(error.Message);
            return null;
        }
    }

    // Of an image, which may be hostile: as for an authorization service, encrypted unless the registry is not, and not in our own network.
    private static bool MayRead(Uri address, Uri root) =>
        (address.Scheme == "https" || (address.Scheme == "http" && root.Scheme == "http")) && address.UserInfo.Length == 0
        && (address.Host == root.Host || !PrivateNetwork.Has(address));

    private async Task<HttpResponseMessage> GetElsewhereAsync(
        Uri address, Uri root, long offset, string attempt, CancellationToken cancellationToken)
    {
        HttpRequestMessage RequestFor(Uri at)
        {
            if (!MayRead(at, root))
            {
                throw new BuildSharpException($"{attempt}: the server leads to {Redirection.Shown(at)}, which is not followed");
            }

            var message = new HttpRequestMessage(HttpMethod.Get, at);
            message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
            message.Headers.Range = offset == 0 ? null : new RangeHeaderValue(offset, null);
            return message;
        }

        try
        {
            var response = await _elsewhere.Value.FollowAsync(address, RequestFor, attempt, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.OK || (offset > 0 && response.StatusCode == HttpStatusCode.PartialContent))
            {
                return response;
            }

            using (response)
            {
                throw new RegistryException($"{attempt}: status {(int)response.StatusCode}", response.StatusCode, [], isTransient: false);
            }
        }
        catch (Exception error) when (ConnectionFailure.Is(error))
        {
            throw RegistryError.Of(attempt, error);
        }
    }
}
