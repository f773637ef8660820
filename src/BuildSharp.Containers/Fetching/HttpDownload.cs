using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Fetching;

/// <summary>Downloads a file over HTTP to disk, computing its digest; starts again when the transfer fails.</summary>
internal sealed class HttpDownload(FetchOptions options)
{
    private const int MostRedirections = 10;

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(2);

    // Timers of .NET support at most 49 days.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(30);

    public async Task<FetchedFile> GetAsync(Uri address, Digest? expected, string path, CancellationToken cancellationToken)
    {
        using var connection = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectPatience,
            ConnectCallback = ConnectAsync,
            Proxy = new EnvironmentProxy(options.Environment),
            UseCookies = false,
            AllowAutoRedirect = false,
            SslOptions = new ServerTrust(options).Options(),
        };
        using var client = new HttpClient(connection) { Timeout = Timeout.InfiniteTimeSpan };
        for (var attempt = 0; ; attempt++)
        {
            options.Debug?.Report($"fetching {CommandText.Masked(address.OriginalString)}{(attempt > 0 ? $", try {attempt + 1} of {options.Retries + 1}" : "")}");
            try
            {
                return await TryGetAsync(client, address, expected, path, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is HttpRequestException or HttpIOException or TimeoutException && attempt < options.Retries && !IsRefusal(error))
            {
                var delay = options.RetryDelay ?? FirstDelay * Math.Pow(2, Math.Min(attempt, 20));
                await Task.Delay(delay < LongestDelay ? delay : LongestDelay, options.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is HttpRequestException or HttpIOException or TimeoutException)
            {
                throw new BuildSharpException($"fetching {Shown(address)}: {Reason(error)}", error);
            }
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

    private static async Task<FetchedFile> TryGetAsync(HttpClient client, Uri address, Digest? expected, string path, CancellationToken cancellationToken)
    {
        using var response = await FollowAsync(client, address, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new BuildSharpException($"fetching {Shown(address)}: invalid response status {(int)response.StatusCode}");
        }

        var free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
        if (response.Content.Headers.ContentLength > free)
        {
            throw new BuildSharpException(
                $"fetching {Shown(address)}: {response.Content.Headers.ContentLength} bytes do not fit: {Path.GetDirectoryName(path)} has {free} free");
        }

        var digest = await SaveAsync(response.Content, path, expected?.Algorithm ?? "sha256", cancellationToken).ConfigureAwait(false);
        return expected is null || digest == expected
            ? new FetchedFile(path, Name(address, response.Content.Headers), ModifiedAt(response.Content.Headers))
            : throw new BuildSharpException($"unexpected response digest for \"{Shown(address)}\": {digest}, want {expected}");
    }

    /// <summary>The response after all redirects. Follows http and https URLs only, never from https to http, and sends credentials only to
    /// the host that the user named.</summary>
    private static async Task<HttpResponseMessage> FollowAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        var at = address;
        for (var followed = 0; ; followed++)
        {
            if (at.Scheme == "https")
            {
                OpenSsl.Require($"to fetch {Shown(at)}");
            }

            using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(at) { UserName = "", Password = "", Fragment = "" }.Uri);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("buildsharp", null));
            if (address.UserInfo.Length > 0 && at.Scheme == address.Scheme && at.Authority == address.Authority)
            {
                var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo)));
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", secret);
            }

            var response = await SendAsync(client, request, cancellationToken).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
            {
                return response;
            }

            response.Dispose();
            var next = location.IsAbsoluteUri ? location : new Uri(at, location);
            if (next.Scheme is not ("http" or "https") || (at.Scheme == "https" && next.Scheme == "http"))
            {
                throw new BuildSharpException(
                    $"fetching {Shown(address)}: the server leads to {Shown(next)}, which is not followed: only to http and https, and from https only to https");
            }

            if (followed == MostRedirections)
            {
                throw new BuildSharpException($"fetching {Shown(address)}: more than {MostRedirections} redirections, the last to {Shown(next)}");
            }

            at = next;
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ConnectPatience + ReadPatience);
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("the server does not answer");
        }
    }

    private static async Task<Digest> SaveAsync(HttpContent content, string path, string algorithm, CancellationToken cancellationToken)
    {
        using var hash = new RunningDigest(algorithm);
        var buffer = new byte[128 * 1024];
        var source = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            while (true)
            {
                int read;
                using (var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
                {
                    patience.CancelAfter(ReadPatience);
                    try
                    {
                        read = await source.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
                    }
                    catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                    {
                        throw new TimeoutException($"nothing came for {ReadPatience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds");
                    }
                }

                if (read == 0)
                {
                    return hash.Complete();
                }

                hash.Append(buffer.AsSpan(0, read));
                FileDescriptor.Write(file, buffer.AsSpan(0, read));
            }
        }
    }

    private static Timestamp ModifiedAt(HttpContentHeaders headers) =>
        headers.LastModified is { } time && time.ToUnixTimeSeconds() >= 0 ? new Timestamp(time.ToUnixTimeSeconds()) : new Timestamp(0);

    // A URL that ends in a slash has no file name, so the server's name has precedence there.
    private static string? Name(Uri address, HttpContentHeaders headers)
    {
        var path = Uri.UnescapeDataString(address.AbsolutePath);
        var said = path.EndsWith('/') ? headers.ContentDisposition?.FileNameStar ?? headers.ContentDisposition?.FileName?.Trim('"') : null;
        return Last(said) ?? Last(path.TrimEnd('/'));
    }

    /// <summary>The last name of a path with slashes or backslashes; null when it is not a valid file name.</summary>
    private static string? Last(string? path) =>
        path?[(path.LastIndexOfAny(['/', '\\']) + 1)..] is { Length: > 0 } name && name is not ("." or "..") && !name.Any(char.IsControl) ? name : null;

    // Retrying does not help against an unknown host name or an untrusted certificate.
    private static bool IsRefusal(Exception error) =>
        error is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };

    private static string Reason(Exception error) => error switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError, InnerException: { } inner } => inner.Message,
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } => "the transfer broke off",
        _ => error.Message,
    };

    private static string Shown(Uri address) => AddressCredentials.Masked(address.OriginalString);
}
