using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace BuildSharp.Testing;

/// <summary>A small web server on loopback that answers what a test tells it to, byte by byte: half a file, a lie about its length, a
/// redirection. It answers one request a connection.</summary>
public sealed class TemporaryWebServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<string, Func<byte[]>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _stalls = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly X509Certificate2? _certificate;

    /// <summary>Starts one.</summary>
    /// <param name="certificate">Speaks TLS with it; null speaks plain HTTP.</param>
    /// <param name="address">Where it listens; null is IPv4's loopback.</param>
    public TemporaryWebServer(X509Certificate2? certificate = null, IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _certificate = certificate;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What stands before a path: <c>http://127.0.0.1:port</c>.</summary>
    public string Address => $"{(_certificate is null ? "http" : "https")}://{_listener.LocalEndpoint}";

    /// <summary><c>user:password</c> that every request has to bring (RFC 7617); null lets everybody in.</summary>
    public string? Password { get; init; }

    /// <summary>The heads of all requests so far, in order.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Answers with a file.</summary>
    /// <param name="path">The address's path, query included.</param>
    /// <param name="content">The file.</param>
    /// <param name="headers">Lines of the answer's head besides its length.</param>
    public void Serve(string path, byte[] content, params string[] headers) =>
        Answer(path, "200 OK", content, [$"Content-Length: {content.Length}", .. headers]);

    /// <summary>Answers with a text file.</summary>
    public void Serve(string path, string content, params string[] headers) => Serve(path, Encoding.UTF8.GetBytes(content), headers);

    /// <summary>Answers with a redirection.</summary>
    public void Redirect(string path, string to) => Answer(path, "302 Found", [], [$"Location: {to}", "Content-Length: 0"]);

    /// <summary>Serves every file below a directory, as a plain file server does.</summary>
    public void ServeDirectory(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            Serve("/" + Path.GetRelativePath(directory, file), File.ReadAllBytes(file));
        }
    }

    /// <summary>Answers with exactly this, whatever it says about itself.</summary>
    public void Answer(string path, string status, byte[] content, params string[] headers) =>
        AnswerInTurn(path, (status, content, headers));

    /// <summary>Answers differently each time; the last answer stays.</summary>
    public void AnswerInTurn(string path, params (string Status, byte[] Content, string[] Headers)[] answers)
    {
        var turn = -1;
        _answers[path] = () =>
        {
            (var status, var content, var headers) = answers[Math.Min(Interlocked.Increment(ref turn), answers.Length - 1)];
            return [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nConnection: close\r\n{string.Concat(headers.Select(line => line + "\r\n"))}\r\n"), .. content];
        };
    }

    /// <summary>Begins an answer and never ends it.</summary>
    /// <returns>Is done once somebody has got the beginning.</returns>
    public Task Stall(string path, byte[] beginning, params string[] headers)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _stalls[path] = begun;
        Answer(path, "200 OK", beginning, headers);
        return begun.Task;
    }

    public void Dispose()
    {
        _disposed.TrySetResult();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    /// <summary>Whether the client speaks TLS, whose first byte no request begins with. A server that waited for the end of a line would
    /// keep it waiting.</summary>
    private static async Task<bool> BeginsWithTlsAsync(Socket client)
    {
        var first = new byte[1];
        return await client.ReceiveAsync(first, SocketFlags.Peek) == 1 && first[0] == 0x16;
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var secured = new SslStream(stream);
                    await secured.AuthenticateAsServerAsync(_certificate);
                    stream = secured;
                }
                else if (await BeginsWithTlsAsync(client.Client))
                {
                    return;
                }
                using var reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
                var head = new StringBuilder();
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    head.AppendLine(line);
                }

                if (head.Length == 0)
                {
                    return;
                }

                _requests.Enqueue(head.ToString());
                var path = head.ToString().Split(' ')[1];
                var wanted = Password is null ? null : $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Password))}";
                var answer = wanted is not null && !head.ToString().Contains(wanted, StringComparison.OrdinalIgnoreCase)
                    ? "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nWWW-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray()
                    : _answers.TryGetValue(path, out var make)
                    ? make()
                    : "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"u8.ToArray();
                await stream.WriteAsync(answer);
                await stream.FlushAsync();
                if (_stalls.TryGetValue(path, out var begun))
                {
                    begun.TrySetResult();
                    await _disposed.Task;
                }
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (IOException)
            {
                // The client did not like what it saw and left.
            }
            catch (System.Security.Authentication.AuthenticationException)
            {
                // The same, already at the certificate.
            }
        }
    }
}
