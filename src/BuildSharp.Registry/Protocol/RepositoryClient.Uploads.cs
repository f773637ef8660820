using System.Net;
using System.Net.Http.Headers;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Registry.Connections;

namespace BuildSharp.Registry.Protocol;

public sealed partial class RepositoryClient
{
    private static readonly MediaTypeHeaderValue Octets = new("application/octet-stream");
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(10);

    /// <summary>Makes a blob of another repository of the registry available in this one, without sending it.</summary>
    /// <returns>False when the registry does not do so.</returns>
    /// <exception cref="RegistryException">The registry refuses.</exception>
    public async Task<bool> MountBlobAsync(Digest digest, string repository, CancellationToken cancellationToken)
    {
        var query = $"blobs/uploads/?mount={Uri.EscapeDataString(digest.ToString())}&from={Uri.EscapeDataString(repository)}";
        var request = new RegistryRequest(HttpMethod.Post, Address(query), $"mounting blob {digest} of {repository} in {_endpoint}")
        {
            Scopes = [AccessScope.Push(_endpoint.Repository), AccessScope.Pull(repository)],
            Expected = [HttpStatusCode.Created, HttpStatusCode.Accepted],
            Body = NoBody,
        };
        using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Created)
        {
            return true;
        }

        // The registry has started an upload instead.
        await CancelAsync(await LocationOfAsync(response, request, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
        return false;
    }

    /// <summary>Sends a blob in one pass. After a failure nothing of it is kept, and the call can be repeated with a new stream.</summary>
    /// <param name="content">The bytes; stays open.</param>
    /// <param name="mediaType">Media type for the returned descriptor.</param>
    /// <param name="known">Digest and size; null for bytes that are produced while they are sent.</param>
    /// <param name="cancellationToken">Stops the upload.</param>
    /// <returns>Digest and size of the bytes that were sent.</returns>
    /// <exception cref="RegistryException">The registry refuses, or the connection broke.</exception>
    public async Task<Descriptor> UploadBlobAsync(
        Stream content, string mediaType, (Digest Digest, long Size)? known, CancellationToken cancellationToken)
    {
        var attempt = $"writing blob {(known is { } blob ? blob.Digest.ToString() : "of new layer")} to {_endpoint}";
        var location = await StartAsync(attempt, cancellationToken).ConfigureAwait(false);
        try
        {
            if (known is { } whole)
            {
                await FinishAsync(location, whole.Digest, () => new StreamedContent(content, whole.Size) { Headers = { ContentType = Octets } }, attempt, cancellationToken).ConfigureAwait(false);
                return new Descriptor { MediaType = mediaType, Digest = whole.Digest, Size = whole.Size };
            }

            using var hashed = new DigestingStream(content, leaveOpen: true);
            location = await SendAsync(location, hashed, attempt, cancellationToken).ConfigureAwait(false);
            var digest = hashed.Complete();
            await FinishAsync(location, digest, null, attempt, cancellationToken).ConfigureAwait(false);
            return new Descriptor { MediaType = mediaType, Digest = digest, Size = hashed.ByteCount };
        }
        catch
        {
            await CancelAsync(location, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Uri> StartAsync(string attempt, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Post, Address("blobs/uploads/"), attempt)
        {
            Scopes = [AccessScope.Push(_endpoint.Repository)],
            Expected = [HttpStatusCode.Accepted],
            Body = NoBody,
        };
        using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await LocationOfAsync(response, request, cancellationToken).ConfigureAwait(false);
    }

    // One PATCH for all bytes, whose number is not known at its start.
    private async Task<Uri> SendAsync(Uri location, Stream content, string attempt, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Patch, location, attempt)
        {
            Scopes = [AccessScope.Push(_endpoint.Repository)],
            Expected = [HttpStatusCode.Accepted, HttpStatusCode.Created, HttpStatusCode.NoContent],
            Body = () => new StreamedContent(content, null) { Headers = { ContentType = Octets } },
            IsRepeatable = false,
        };
        using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await LocationOfAsync(response, request, cancellationToken).ConfigureAwait(false);
    }

    private async Task FinishAsync(Uri location, Digest digest, Func<HttpContent>? content, string attempt, CancellationToken cancellationToken)
    {
        var separator = location.Query.Length > 0 ? "&" : "?";
        var address = new Uri($"{location.AbsoluteUri}{separator}digest={Uri.EscapeDataString(digest.ToString())}");
        var request = new RegistryRequest(HttpMethod.Put, address, attempt)
        {
            Scopes = [AccessScope.Push(_endpoint.Repository)],
            Expected = [HttpStatusCode.Created, HttpStatusCode.NoContent],
            Body = content ?? NoBody,
            IsRepeatable = content is null,
        };
        using var response = await _connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    // The registry drops unfinished uploads by itself after some time, so a failure is no reason to report one.
    private async Task CancelAsync(Uri location, CancellationToken cancellationToken)
    {
        try
        {
            var request = new RegistryRequest(HttpMethod.Delete, location, $"cancelling an upload to {_endpoint}")
            {
                Scopes = [AccessScope.Push(_endpoint.Repository)],
                Expected = [HttpStatusCode.NoContent, HttpStatusCode.Accepted, HttpStatusCode.OK],
                IsRepeatable = false,
            };
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(CancelPatience);
            using var response = await _connection.SendAsync(request, patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is BuildSharpException or OperationCanceledException)
        {
            _options.Debug?.Report(error.Message);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private static HttpContent NoBody() => new ByteArrayContent([]);

    private async Task<Uri> LocationOfAsync(HttpResponseMessage response, RegistryRequest request, CancellationToken cancellationToken)
    {
        var location = response.Headers.Location
            ?? throw new BuildSharpException($"{request.Attempt}: the registry does not say where to send it (no Location)");
        var root = await _connection.RootAsync(cancellationToken).ConfigureAwait(false);
        return new Uri(response.RequestMessage?.RequestUri ?? root, location);
    }
}
