using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using BuildSharp.Oci;

namespace BuildSharp.Registry.Connections;

/// <summary>A pool of HTTP connections with the product's rules: proxies as in Go, no cookies, no automatic redirects, and time limits for
/// connecting, for the head of a response and for each read. A whole transfer has no limit.</summary>
public sealed class HttpConnections : IDisposable
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan HeadPatience = TimeSpan.FromSeconds(60);

    private readonly TimeSpan _patience;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _client;

    /// <summary>Creates the pool; connects to nothing.</summary>
    /// <exception cref="BuildSharpException">A certificate cannot be read.</exception>
    public HttpConnections(ConnectionSettings settings)
    {
        _patience = settings.Patience ?? HeadPatience;
        _handler = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectPatience,
            ConnectCallback = settings.UnixSocket is { } path ? (_, cancel) => ConnectAsync(path, cancel) : ConnectAsync,
            Proxy = settings.UnixSocket is null ? new EnvironmentProxy(settings.Environment) : null,
            UseProxy = settings.UnixSocket is null,
            UseCookies = false,
            AllowAutoRedirect = false,
            SslOptions = new ServerTrust(settings).Options(),
        };
        _client = new HttpClient(_handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends a request. The time limit starts again with each piece of a <see cref="StreamedContent"/>.</summary>
    /// <returns>The response, whose content is read with <see cref="OpenContentAsync"/>.</returns>
    /// <exception cref="HttpRequestException">The connection fails.</exception>
    /// <exception cref="TimeoutException">The server does not answer.</exception>
    /// <exception cref="BuildSharpException">https needs OpenSSL, which is missing.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is { Scheme: "https" } address)
        {
            OpenSsl.Require($"to connect to https://{address.Authority}");
        }

        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("buildsharp", BuildSharpVersion.Number));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ConnectPatience + _patience);
        if (request.Content is StreamedContent body)
        {
            // The server is connected then.
            body.Advanced = () => patience.CancelAfter(_patience);
        }

        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("the server does not answer");
        }
    }

    /// <summary>Sends a request without body, and follows redirects by the rules of <see cref="Redirection"/>.</summary>
    /// <param name="address">The first address.</param>
    /// <param name="requestFor">Creates the request for each address; only here credentials can be added.</param>
    /// <param name="attempt">What is attempted, for the message: "fetching https://host/file".</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The first response that is no redirect.</returns>
    /// <exception cref="BuildSharpException">A redirect breaks a rule.</exception>
    public async Task<HttpResponseMessage> FollowAsync(
        Uri address, Func<Uri, HttpRequestMessage> requestFor, string attempt, CancellationToken cancellationToken)
    {
        var at = address;
        for (var followed = 0; ; followed++)
        {
            using var request = requestFor(at);
            var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (Redirection.LocationOf(response) is not { } location)
            {
                return response;
            }

            response.Dispose();
            at = Redirection.Next(at, location, followed, attempt);
        }
    }

    /// <summary>Opens the content of a response. A read throws <see cref="TimeoutException"/> when (almost) nothing arrives for a
    /// minute.</summary>
    public static async Task<Stream> OpenContentAsync(HttpContent content, CancellationToken cancellationToken) =>
        new PatientStream(await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), PatientStream.Minute);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Connects like .NET, but also supports 0.0.0.0 and [::], which .NET rejects and the kernel treats as this machine.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var server = context.DnsEndPoint;
        EndPoint target = IPAddress.TryParse(server.Host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? new IPEndPoint(address.Equals(IPAddress.Any) ? IPAddress.Loopback : IPAddress.IPv6Loopback, server.Port)
            : server;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
