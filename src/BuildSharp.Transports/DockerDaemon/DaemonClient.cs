using System.Net;
using System.Text;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;
using BuildSharp.Registry.Connections;

namespace BuildSharp.Transports.DockerDaemon;

/// <summary>The calls of Docker's engine API that move images (Docker Engine API, "ImageGet" and "ImageLoad").</summary>
internal sealed class DaemonClient : IDisposable
{
    private const string StandardSocket = "unix:///var/run/docker.sock";
    private const int ReplyLimit = 1 << 20;
    private const int BufferSize = 256 * 1024;

    // The daemon packs a whole image before it answers, and unpacks one.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly HttpConnections _connections;
    private readonly string _host;
    private readonly Uri _root;

    /// <summary>Connects to nothing yet.</summary>
    /// <param name="host"><c>unix://path</c> or <c>tcp://host:port</c>; null for the standard socket.</param>
    /// <exception cref="BuildSharpException">The address is neither.</exception>
    public DaemonClient(string? host)
    {
        _host = host ?? StandardSocket;
        var isSocket = _host.StartsWith("unix://", StringComparison.Ordinal);
        var server = _host.StartsWith("tcp://", StringComparison.Ordinal) ? _host["tcp://".Length..]
            : _host.StartsWith("http://", StringComparison.Ordinal) ? _host["http://".Length..]
            : isSocket ? "docker" : "";
        if (!Uri.TryCreate($"http://{server}/", UriKind.Absolute, out var root))
        {
            throw new BuildSharpException($"the address of the Docker daemon is {_host}; only unix://PATH and tcp://HOST:PORT without TLS are supported");
        }

        _root = root;
        _connections = new HttpConnections(new ConnectionSettings
        {
            UnixSocket = isSocket ? _host["unix://".Length..] : null,
            Patience = Patience,
        });
    }

    /// <summary>Writes an image to a file, as <c>docker save</c> does.</summary>
    /// <exception cref="ImageNotFoundException">The daemon does not have it.</exception>
    /// <exception cref="BuildSharpException">The daemon refuses or cannot be reached.</exception>
    public async Task SaveAsync(string image, string path, CancellationToken cancellationToken)
    {
        var attempt = $"reading {image} from the Docker daemon at {_host}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_root, $"images/get?names={Uri.EscapeDataString(image)}"));
        try
        {
            using var response = await _connections.SendAsync(request, cancellationToken).ConfigureAwait(false);
            await RequireAsync(response, attempt, cancellationToken).ConfigureAwait(false);
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            using var content = await HttpConnections.OpenContentAsync(response.Content, cancellationToken).ConfigureAwait(false);
            await content.CopyToAsync(file, BufferSize, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (ConnectionFailure.Is(error))
        {
            throw new BuildSharpException($"{attempt}: {ConnectionFailure.Reason(error)}", error);
        }
    }

    /// <summary>Loads the images of an archive, as <c>docker load</c> does.</summary>
    /// <exception cref="BuildSharpException">The daemon refuses or cannot be reached.</exception>
    public async Task LoadAsync(string path, CancellationToken cancellationToken)
    {
        var attempt = $"loading an image into the Docker daemon at {_host}";
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_root, "images/load?quiet=true"))
        {
            Content = new StreamedContent(file, file.Length) { Headers = { ContentType = new("application/x-tar") } },
        };
        try
        {
            using var response = await _connections.SendAsync(request, cancellationToken).ConfigureAwait(false);
            await RequireAsync(response, attempt, cancellationToken).ConfigureAwait(false);
            var reply = await ReadAsync(response, cancellationToken).ConfigureAwait(false);

            // The status is 200 before the work is done; an object a line says how it went.
            foreach (var line in Encoding.UTF8.GetString(reply).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            {
                if (StrictJson.Read(Encoding.UTF8.GetBytes(line), ReplyLimit, attempt, fields => fields.String("error")) is { } error)
                {
                    throw new BuildSharpException($"{attempt}: {Printable(error)}");
                }
            }
        }
        catch (Exception error) when (ConnectionFailure.Is(error))
        {
            throw new BuildSharpException($"{attempt}: {ConnectionFailure.Reason(error)}", error);
        }
    }

    public void Dispose() => _connections.Dispose();

    private static async Task RequireAsync(HttpResponseMessage response, string attempt, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return;
        }

        var reply = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        var said = StrictJson.Read(reply.Length > 0 ? reply : "{}"u8.ToArray(), ReplyLimit, attempt, fields => fields.String("message")) ?? "";
        var message = $"{attempt}: {(int)response.StatusCode}{(said.Length > 0 ? ": " + Printable(said) : "")}";
        throw response.StatusCode == HttpStatusCode.NotFound ? new ImageNotFoundException(message) : new BuildSharpException(message);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var content = await HttpConnections.OpenContentAsync(response.Content, cancellationToken).ConfigureAwait(false);
        using var limited = new BuildSharp.Oci.Layers.LimitedStream(content, ReplyLimit, "reply of the Docker daemon");
        var bytes = new MemoryStream();
        await limited.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.ToArray();
    }

    private static string Printable(string text) => string.Concat(text.Trim().Select(letter => char.IsControl(letter) ? ' ' : letter));
}
