using System.Net;
using System.Net.Http.Headers;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Registry.Protocol;

public sealed partial class RepositoryClient
{
    /// <summary>Opens a blob. The stream continues after a broken connection where it was, and verifies digest and size at its end; it is
    /// read asynchronously only.</summary>
    /// <exception cref="RegistryException">There is no such blob, or the registry refuses.</exception>
    /// <exception cref="BuildSharpException">The registry states another size than the descriptor.</exception>
    public async Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        foreach (var address in blob.Urls)
        {
            if (await TryOpenElsewhereAsync(blob, address, cancellationToken).ConfigureAwait(false) is { } found)
            {
                return found;
            }
        }

        return await OpenAsync(
            (offset, cancel) => GetBlobAsync(blob, offset, cancel), blob, $"reading blob {blob.Digest} in {_endpoint}", cancellationToken).ConfigureAwait(false);
    }

    private async Task<Stream> OpenAsync(
        Func<long, CancellationToken, Task<HttpResponseMessage>> get, Descriptor blob, string attempt, CancellationToken cancellationToken)
    {
        var stream = new BlobStream(get, blob.Size, attempt, _options);
        try
        {
            await stream.ConnectAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new VerifyingStream(stream, blob.Digest, blob.Size, $"blob of {_endpoint}");
    }

    /// <summary>Whether the repository has a blob of this digest.</summary>
    /// <returns>Its size; null when there is none.</returns>
    /// <exception cref="RegistryException">The registry refuses.</exception>
    public async Task<long?> FindBlobAsync(Digest digest, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Head, Address($"blobs/{digest}"), $"looking for blob {digest} in {_endpoint}")
        {
            Scopes = [AccessScope.Pull(_endpoint.Repository)],
            Expected = [HttpStatusCode.OK, HttpStatusCode.NotFound],
        };
        using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK ? response.Content.Headers.ContentLength : null;
    }

    private Task<HttpResponseMessage> GetBlobAsync(Descriptor blob, long offset, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Get, Address($"blobs/{blob.Digest}"), $"reading blob {blob.Digest} in {_endpoint}")
        {
            Scopes = [AccessScope.Pull(_endpoint.Repository)],
            Expected = offset == 0 ? [HttpStatusCode.OK] : [HttpStatusCode.OK, HttpStatusCode.PartialContent],
            Prepare = message => message.Headers.Range = offset == 0 ? null : new RangeHeaderValue(offset, null),
        };
        return _connection.SendAsync(request, cancellationToken);
    }
}
