using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace BuildSharp.Testing;

/// <summary>Stands before a real registry on a port of its own and does one thing wrong. Answers one request a connection.</summary>
public sealed class FaultyRegistry : IDisposable
{
    private const int ResetAfter = 64 * 1024;
    private const int TokenUses = 20;
    private const int ResetUploads = 8;
    private const int MostErrors = 5;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpClient _behind = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly string _backend;
    private readonly RegistryFault _fault;
    private readonly FaultyRegistry? _other;
    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private int _tokens;
    private int _uploads;
    private int _stalls;

    /// <summary>Starts one.</summary>
    /// <param name="backend">The real registry, <c>host:port</c>.</param>
    /// <param name="fault">What it does wrong.</param>
    public FaultyRegistry(string backend, RegistryFault fault)
    {
        _backend = backend;
        _fault = fault;
        _other = fault is RegistryFault.Redirect or RegistryFault.RedirectUploads or RegistryFault.UploadsElsewhere ? new FaultyRegistry(backend, RegistryFault.None) : null;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What stands before the repository in a name: <c>127.0.0.1:port</c>.</summary>
    public string Host => _listener.LocalEndpoint.ToString()!;

    /// <summary>All requests so far, each as method, path and, after a blank, its Authorization header.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>The requests to the other port.</summary>
    public IReadOnlyList<string> RequestsElsewhere => _other?.Requests ?? [];

    public void Dispose()
    {
        _disposed.TrySetResult();
        _listener.Dispose();
        _behind.Dispose();
        _other?.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                // A client that tries TLS first is turned away at once.
                var first = new byte[1];
                if (await socket.ReceiveAsync(first, SocketFlags.Peek) != 1 || first[0] == 0x16)
                {
                    return;
                }

                await using var stream = new NetworkStream(socket);
                if (await ProxiedRequest.ReadAsync(stream) is not { } request)
                {
                    return;
                }

                _requests.Enqueue($"{request.Method} {request.Path} {request.Header("Authorization")}".TrimEnd());
                if (await AnswerAsync(request, stream))
                {
                    socket.Shutdown(SocketShutdown.Send);
                    // What was not read would make the kernel reset the connection before the answer is read.
                    await stream.CopyToAsync(Stream.Null);
                }
                else
                {
                    socket.LingerState = new LingerOption(true, 0);
                }
            }
            catch (Exception error) when (error is IOException or SocketException or HttpRequestException or ObjectDisposedException)
            {
                // The client, or the test, has left.
            }
        }
    }

    /// <returns>False to reset the connection.</returns>
    private async Task<bool> AnswerAsync(ProxiedRequest request, Stream stream)
    {
        var number = Interlocked.Increment(ref _count);
        var isBlob = request.Path.Contains("/blobs/sha256:", StringComparison.Ordinal);
        var isUpload = request.Method is "PATCH" or "PUT" && request.Path.Contains("/uploads/", StringComparison.Ordinal);
        switch (_fault)
        {
            case RegistryFault.TooManyRequests when number % 4 == 0:
                return await WriteAsync(stream, "429 Too Many Requests", ["Retry-After: 0", "Content-Length: 0"]);
            // A few: an upload needs three requests, which a registry that fails every third one for ever seldom grants.
            case RegistryFault.ServerError when number % 3 == 0 && number <= MostErrors * 3:
                return await WriteAsync(stream, "500 Internal Server Error", ["Content-Length: 0"]);
            case RegistryFault.ExpiringTokens or RegistryFault.UploadsElsewhere when request.Path.StartsWith("/token", StringComparison.Ordinal):
                var token = $"{{\"token\":\"token-{Interlocked.Increment(ref _tokens)}-0\"}}";
                return await WriteAsync(stream, "200 OK", [$"Content-Length: {token.Length}"], Encoding.ASCII.GetBytes(token));
            case RegistryFault.ExpiringTokens or RegistryFault.UploadsElsewhere when IsRefused(request):
                return await WriteAsync(
                    stream, "401 Unauthorized", [$"WWW-Authenticate: Bearer realm=\"http://{Host}/token\",service=\"faulty\"", "Content-Length: 0"]);
            case RegistryFault.Redirect when isBlob && request.Method == "GET":
                return await WriteAsync(stream, "307 Temporary Redirect", [$"Location: http://{_other!.Host}{request.Path}", "Content-Length: 0"]);
            case RegistryFault.RedirectUploads when isUpload || (request.Method == "PUT" && request.Path.Contains("/manifests/", StringComparison.Ordinal)):
                return await WriteAsync(stream, "307 Temporary Redirect", [$"Location: http://{_other!.Host}{request.Path}", "Content-Length: 0"]);
            case RegistryFault.DockerOnly when request.Method == "PUT" && request.Header("Content-Type")?.Contains("vnd.oci.image", StringComparison.Ordinal) == true:
                var refusal = """{"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid"}]}""";
                return await WriteAsync(stream, "400 Bad Request", ["Content-Type: application/json", $"Content-Length: {refusal.Length}"], Encoding.ASCII.GetBytes(refusal));
            case RegistryFault.Endless when isUpload || request.Path.Contains("/manifests/", StringComparison.Ordinal):
                await WriteAsync(stream, isUpload ? "500 Internal Server Error" : "200 OK", ["Content-Type: application/vnd.oci.image.manifest.v1+json"]);
                while (true)
                {
                    await stream.WriteAsync(new byte[64 * 1024]);
                }
            case RegistryFault.Reset when request.Method == "PATCH" && Interlocked.Increment(ref _uploads) <= ResetUploads:
                await using (var body = request.ReadBodyAsync(stream).GetAsyncEnumerator())
                {
                    await body.MoveNextAsync();
                }

                return false;
            case RegistryFault.Stall when request.Method == "PATCH" && Interlocked.Increment(ref _stalls) == 1:
                await using (var body = request.ReadBodyAsync(stream).GetAsyncEnumerator())
                {
                    await body.MoveNextAsync();
                }

                await _disposed.Task;
                return false;
        }

        return await ForwardAsync(request, stream, isBlob, isUpload);
    }

    private async Task<bool> ForwardAsync(ProxiedRequest request, Stream stream, bool isBlob, bool isUpload)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), $"http://{_backend}{request.Path}");
        message.Content = new ProxiedBody(request.ReadBodyAsync(stream), spoil: _fault == RegistryFault.WrongBytes && isUpload);
        // The real registry names itself by this header when it tells where an upload goes on.
        message.Headers.Host = _fault == RegistryFault.UploadsElsewhere && request.Method == "POST" ? _other!.Host : Host;
        foreach (var (name, value) in request.Headers)
        {
            if (!name.Equals("Host", StringComparison.OrdinalIgnoreCase) && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            {
                if (!message.Headers.TryAddWithoutValidation(name, value))
                {
                    message.Content.Headers.TryAddWithoutValidation(name, value);
                }
            }
        }

        using var response = await _behind.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        var content = await response.Content.ReadAsByteArrayAsync();
        var isDownload = isBlob && request.Method == "GET" && (int)response.StatusCode is 200 or 206;
        if (isDownload && _fault == RegistryFault.WrongBytes)
        {
            content[^1] ^= 1;
        }

        var length = response.Content.Headers.ContentLength ?? content.Length;
        length -= isBlob && _fault == RegistryFault.WrongLength && length > 0 ? 1 : 0;
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key is not ("Content-Length" or "Transfer-Encoding" or "Connection"))
            .SelectMany(header => header.Value.Select(value => $"{header.Key}: {value}"));
        var isReset = isDownload && _fault == RegistryFault.Reset && content.Length > ResetAfter;
        var isStalled = isDownload && _fault == RegistryFault.Stall && content.Length > ResetAfter && Interlocked.Increment(ref _stalls) == 1;
        var isEndless = isDownload && _fault == RegistryFault.EndlessBlobs;
        var sent = isReset || isStalled ? content[..ResetAfter] : content;
        await WriteAsync(
            stream, $"{(int)response.StatusCode} {response.ReasonPhrase}",
            isEndless ? [.. headers] : [.. headers, string.Create(CultureInfo.InvariantCulture, $"Content-Length: {length}")],
            request.Method == "HEAD" ? [] : sent);
        while (isEndless)
        {
            await stream.WriteAsync(new byte[ResetAfter]);
        }

        if (isStalled)
        {
            await _disposed.Task;
        }

        return !isReset && !isStalled;
    }

    // A token is good for some requests.
    private bool IsRefused(ProxiedRequest request)
    {
        var token = request.Header("Authorization") ?? "";
        return !token.StartsWith("Bearer token-", StringComparison.Ordinal)
            || (_fault == RegistryFault.ExpiringTokens && _seen.AddOrUpdate(token, 1, (_, times) => times + 1) > TokenUses);
    }

    private static async Task<bool> WriteAsync(Stream stream, string status, IReadOnlyList<string> headers, byte[]? content = null)
    {
        var head = $"HTTP/1.1 {status}\r\nConnection: close\r\n{string.Concat(headers.Select(line => line + "\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head));
        await stream.WriteAsync(content ?? []);
        return true;
    }

    /// <summary>Passes a body on while it arrives.</summary>
    private sealed class ProxiedBody(IAsyncEnumerable<byte[]> pieces, bool spoil) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var left = spoil;
            await foreach (var piece in pieces)
            {
                if (left)
                {
                    piece[0] ^= 1;
                    left = false;
                }

                await stream.WriteAsync(piece);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
