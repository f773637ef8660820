using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using BuildSharp.Oci;
using BuildSharp.Registry.Connections;
using Polly;

namespace BuildSharp.Registry.Protocol;

/// <summary>Sends requests to one registry: finds out whether it speaks TLS, authenticates, follows redirects and repeats what failed for a
/// passing reason.</summary>
internal sealed class RegistryConnection : IDisposable
{
    private const string DockerHub = "docker.io";
    private const string DockerHubServer = "registry-1.docker.io";

    private readonly RegistryEndpoint _endpoint;
    private readonly RegistryClientOptions _options;
    private readonly HttpConnections _connections;
    private readonly RegistryAuthentication _authentication;
    private readonly ResiliencePipeline<HttpResponseMessage> _retry;
    private readonly ConcurrentDictionary<string, bool> _warnings = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1);
    private Uri? _root;
    private volatile bool _redirectsUploads;

    /// <summary>Creates the connection; connects to nothing.</summary>
    /// <exception cref="BuildSharpException">A certificate of the endpoint cannot be read.</exception>
    public RegistryConnection(RegistryEndpoint endpoint, RegistryClientOptions options)
    {
        _endpoint = endpoint;
        _options = options;
        _connections = new HttpConnections(new ConnectionSettings
        {
            Environment = options.Environment,
            TlsVerify = !endpoint.Insecure,
            CertificateDirectory = endpoint.CertificateDirectory,
        });
        _authentication = new RegistryAuthentication(endpoint.ToString(), options);
        _retry = RequestRetry.Create(options);
    }

    /// <summary>Sends a request.</summary>
    /// <returns>A response with one of the expected statuses; the caller disposes it.</returns>
    /// <exception cref="RegistryException">The registry refuses or cannot be reached.</exception>
    /// <exception cref="BuildSharpException">A redirect or the address of the authorization service breaks a rule.</exception>
    public async Task<HttpResponseMessage> SendAsync(RegistryRequest request, CancellationToken cancellationToken)
    {
        var root = await RootAsync(cancellationToken).ConfigureAwait(false);
        var absolute = request with { Address = new Uri(root, request.Address) };
        HttpResponseMessage response;
        try
        {
            response = request.IsRepeatable
                ? await _retry.ExecuteAsync(
                    cancel => new ValueTask<HttpResponseMessage>(TryAsync(root, absolute, cancel)), cancellationToken).ConfigureAwait(false)
                : await TryAsync(root, absolute, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (ConnectionFailure.Is(error))
        {
            throw RegistryError.Of(request.Attempt, error);
        }

        if (request.Expected.Contains(response.StatusCode))
        {
            return response;
        }

        using (response)
        {
            throw await RegistryError.OfAsync(request, response, _endpoint.Host, _authentication.Login, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Root of the server, <c>https://host/</c>; plain HTTP only for an insecure endpoint that does not speak TLS. The first call
    /// asks the server for its challenges, without credentials.</summary>
    /// <exception cref="RegistryException">The server cannot be reached or is no registry.</exception>
    public async Task<Uri> RootAsync(CancellationToken cancellationToken)
    {
        if (_root is not null)
        {
            return _root;
        }

        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _root ??= await PingAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connections.Dispose();
        _authentication.Dispose();
        _one.Dispose();
    }

    private async Task<Uri> PingAsync(CancellationToken cancellationToken)
    {
        var server = _endpoint.Host == DockerHub ? DockerHubServer : _endpoint.Host;
        var attempt = $"pinging container registry {_endpoint.Host}";
        var secure = new Uri($"https://{server}/");
        try
        {
            await PingAsync(secure, attempt, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (Exception error) when (ConnectionFailure.Is(error))
        {
            // Nothing was sent yet that HTTP could reveal.
            if (!_endpoint.Insecure || error is TimeoutException)
            {
                throw RegistryError.Of(attempt, error);
            }

            _options.Debug?.Report($"{server} does not speak TLS ({error.Message}); using HTTP");
        }

        var plain = new Uri($"http://{server}/");
        try
        {
            await PingAsync(plain, attempt, cancellationToken).ConfigureAwait(false);
            return plain;
        }
        catch (Exception error) when (ConnectionFailure.Is(error))
        {
            throw RegistryError.Of(attempt, error);
        }
    }

    private async Task PingAsync(Uri root, string attempt, CancellationToken cancellationToken)
    {
        var request = new RegistryRequest(HttpMethod.Get, new Uri(root, "v2/"), attempt);
        using var response = await _retry.ExecuteAsync(
            cancel => new ValueTask<HttpResponseMessage>(FollowAsync(root, request, null, cancel)), cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            _authentication.Learn(ChallengesOf(response));
        }
        else if (response.StatusCode != HttpStatusCode.OK)
        {
            throw await RegistryError.OfAsync(request, response, _endpoint.Host, null, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> TryAsync(Uri root, RegistryRequest request, CancellationToken cancellationToken)
    {
        if (!Redirection.IsSameOrigin(request.Address, root))
        {
            return await SendForeignAsync(root, request, cancellationToken).ConfigureAwait(false);
        }

        var tokens = new TokenClient(_connections, root, _endpoint.Host, _options);
        var header = await _authentication.HeaderAsync(tokens, request.Scopes, null, cancellationToken).ConfigureAwait(false);
        var response = await FollowAsync(root, request, header, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        // The token is expired, or gives too little access: once with a new one.
        var challenges = ChallengesOf(response);
        _authentication.Learn(challenges);
        var scopes = AccessScope.Widened(request.Scopes, challenges);
        AuthenticationHeaderValue? renewed;
        try
        {
            renewed = await _authentication.HeaderAsync(tokens, scopes, header, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            response.Dispose();
            throw;
        }

        if (renewed is null || renewed.Equals(header))
        {
            return response;
        }

        if (!request.IsRepeatable)
        {
            // Its body is gone. The caller repeats the upload, with the new token.
            response.Dispose();
            throw new RegistryException($"{request.Attempt}: the registry refused a token during the upload", HttpStatusCode.Unauthorized, [], isTransient: true);
        }

        response.Dispose();
        return await FollowAsync(root, request, renewed, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> FollowAsync(
        Uri root, RegistryRequest request, AuthenticationHeaderValue? header, CancellationToken cancellationToken)
    {
        HttpRequestMessage MessageFor(Uri at)
        {
            var message = Message(request, at);
            message.Headers.Authorization = header is not null && Redirection.IsSameOrigin(at, root) ? Sent(header, root) : null;
            return message;
        }

        HttpResponseMessage response;
        if (request.FollowsRedirects)
        {
            response = await _connections.FollowAsync(request.Address, MessageFor, request.Attempt, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            response = await SendBodyAsync(request, MessageFor, cancellationToken).ConfigureAwait(false);
        }

        _options.Debug?.Report($"{request.Method} {Redirection.Shown(request.Address)}: {(int)response.StatusCode}");
        ReportWarnings(response);
        return response;
    }

    // Only 307 and 308 keep method and body (RFC 9110, section 15.4). A body that cannot be created twice is sent only when the server has
    // agreed to it, once the registry is known to redirect; the first such upload fails, and is repeated by the caller.
    private async Task<HttpResponseMessage> SendBodyAsync(
        RegistryRequest request, Func<Uri, HttpRequestMessage> messageFor, CancellationToken cancellationToken)
    {
        var at = request.Address;
        for (var followed = 0; ; followed++)
        {
            using var message = messageFor(at);
            message.Headers.ExpectContinue = !request.IsRepeatable && _redirectsUploads ? true : null;
            var response = await _connections.SendAsync(message, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is not (307 or 308) || Redirection.LocationOf(response) is not { } location)
            {
                return response;
            }

            response.Dispose();
            at = Redirection.Next(at, location, followed, request.Attempt);
            if (!request.IsRepeatable && message.Content is StreamedContent { IsStarted: true })
            {
                _redirectsUploads = true;
                throw new RegistryException(
                    $"{request.Attempt}: the registry leads to {Redirection.Shown(at)} during the upload", response.StatusCode, [], isTransient: true);
            }
        }
    }

    // Registries may let uploads go to another server, which must not get their credentials.
    private async Task<HttpResponseMessage> SendForeignAsync(Uri root, RegistryRequest request, CancellationToken cancellationToken)
    {
        if (request.Address.Scheme != "https" && root.Scheme == "https")
        {
            throw new BuildSharpException(
                $"{request.Attempt}: the registry leads to {Redirection.Shown(request.Address)}, which is not encrypted");
        }

        return await FollowAsync(root, request, null, cancellationToken).ConfigureAwait(false);
    }

    private static HttpRequestMessage Message(RegistryRequest request, Uri at)
    {
        var message = new HttpRequestMessage(request.Method, at) { Content = request.Body?.Invoke() };

        // Digests are of the stored bytes, so a server must not compress them on the way.
        message.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        request.Prepare?.Invoke(message);
        return message;
    }

    private AuthenticationHeaderValue Sent(AuthenticationHeaderValue header, Uri root)
    {
        if (root.Scheme == "http" && !root.IsLoopback && _warnings.TryAdd("", true))
        {
            _options.Warnings?.Report($"credentials for {_endpoint.Host} are sent unencrypted, because it does not speak TLS");
        }

        return header;
    }

    // Warning: 299 - "text" (distribution-spec, "Warnings").
    private void ReportWarnings(HttpResponseMessage response)
    {
        foreach (var warning in response.Headers.Warning.Where(warning => warning.Code == 299))
        {
            var text = RegistryError.Printable(warning.Text.Trim('"'));
            if (text.Length > 0 && _warnings.TryAdd(text, true))
            {
                _options.Warnings?.Report($"{_endpoint.Host} says: \"{text}\"");
            }
        }
    }

    private static IReadOnlyList<Challenge> ChallengesOf(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var lines) ? Challenge.ParseAll(lines) : [];
}
