using System.Net;

namespace BuildSharp.Registry.Connections;

/// <summary>Body of a request, read from a stream while it is sent. Its time limit is for each piece, not for the whole.</summary>
/// <param name="source">The bytes; stays open.</param>
/// <param name="length">Their number; null sends them in chunks (RFC 9112, section 7.1).</param>
public sealed class StreamedContent(Stream source, long? length) : HttpContent
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Called after each piece that was sent.</summary>
    internal Action? Advanced { get; set; }

    /// <summary>Whether part of the bytes was read, so that they cannot be sent again.</summary>
    internal bool IsStarted { get; private set; }

    /// <inheritdoc/>
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    /// <inheritdoc/>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        IsStarted = true;
        var buffer = new byte[BufferSize];
        while (await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            // Time that the source takes, to compress for example, is not the server's.
            Advanced?.Invoke();
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            Advanced?.Invoke();
        }
    }

    /// <inheritdoc/>
    protected override bool TryComputeLength(out long result)
    {
        result = length ?? 0;
        return length is not null;
    }
}
