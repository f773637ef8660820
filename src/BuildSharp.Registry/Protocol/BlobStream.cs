using System.Net;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Registry.Connections;

namespace BuildSharp.Registry.Protocol;

/// <summary>Content of a blob. When the connection breaks, the rest is requested by its range. Read asynchronously only.</summary>
/// <param name="open">Requests the blob from an offset.</param>
/// <param name="size">Size of the blob.</param>
/// <param name="attempt">What is attempted, as the start of messages.</param>
/// <param name="options">Clock, debug log and retries.</param>
internal sealed class BlobStream(
    Func<long, CancellationToken, Task<HttpResponseMessage>> open, long size, string attempt, RegistryClientOptions options)
    : ReadOnlyStream
{
    private const int MostFailures = 3;
    private const long Progress = 1 << 20;

    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1);

    private HttpResponseMessage? _response;
    private Stream? _content;
    private long _offset;

    // Failures since the last stretch of a mebibyte, and where it began.
    private int _failures;
    private long _failedAt;

    /// <summary>Sends the first request, so that a refusal shows before the first read.</summary>
    public Task ConnectAsync(CancellationToken cancellationToken) => OpenAsync(cancellationToken);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    /// <inheritdoc/>
    /// <exception cref="RegistryException">The connection breaks too often.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                if (_content is null)
                {
                    await OpenAsync(cancellationToken).ConfigureAwait(false);
                }

                var read = await _content!.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read == 0 && _offset < size && !buffer.IsEmpty)
                {
                    throw new HttpIOException(HttpRequestError.ResponseEnded);
                }

                _offset += read;
                return read;
            }
            catch (Exception error) when (ConnectionFailure.Is(error))
            {
                await CloseAsync().ConfigureAwait(false);
                await WaitAsync(error, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content?.Dispose();
            _response?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        _response = await open(_offset, cancellationToken).ConfigureAwait(false);
        var headers = _response.Content.Headers;
        if (headers.ContentEncoding.Any(encoding => encoding != "identity"))
        {
            var encoding = RegistryError.Printable(string.Join(", ", headers.ContentEncoding));
            throw new BuildSharpException($"{attempt}: the registry sends it encoded as {encoding}");
        }

        var isRest = _response.StatusCode == HttpStatusCode.PartialContent;
        var range = headers.ContentRange;
        if (isRest && (range?.Unit != "bytes" || range.From != _offset || range.To != size - 1))
        {
            throw new BuildSharpException($"{attempt}: asked for bytes {_offset} to {size - 1}, the registry sends {range}");
        }

        var expected = isRest ? size - _offset : size;
        if (headers.ContentLength is { } length && length != expected)
        {
            throw new BuildSharpException(
                $"{attempt}: it has {length + size - expected:N0} bytes, the manifest says {size:N0}; download discarded");
        }

        _content = await HttpConnections.OpenContentAsync(_response.Content, cancellationToken).ConfigureAwait(false);
        if (!isRest && _offset > 0)
        {
            // The registry ignores ranges.
            await SkipAsync(_content, _offset, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task SkipAsync(Stream content, long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (count > 0)
        {
            var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken).ConfigureAwait(false);
            count -= read > 0 ? read : throw new HttpIOException(HttpRequestError.ResponseEnded);
        }
    }

    private async Task WaitAsync(Exception error, CancellationToken cancellationToken)
    {
        _failures = _offset - _failedAt >= Progress ? 0 : _failures;
        _failedAt = _offset;
        if (!options.Retries || _failures++ == MostFailures)
        {
            throw RegistryError.Of($"{attempt}, {_offset:N0} of {size:N0} bytes", error);
        }

        options.Debug?.Report($"{attempt}: {error.Message}; continuing at byte {_offset}");
        var delay = options.RetryDelay ?? FirstDelay;
        await Task.Delay(delay * (0.5 + Random.Shared.NextDouble()), options.Time, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync()
    {
        if (_content is not null)
        {
            await _content.DisposeAsync().ConfigureAwait(false);
        }

        _response?.Dispose();
        _content = null;
        _response = null;
    }
}
