namespace BuildSharp.Oci.Layers;

/// <summary>Reads another stream and throws when it exceeds a limit.</summary>
/// <param name="inner">The other stream; disposed with this one.</param>
/// <param name="limit">Maximum number of bytes.</param>
/// <param name="name">Name of the input in the message.</param>
public sealed class LimitedStream(Stream inner, long limit, string name) : ReadOnlyStream
{
    private long _read;

    /// <summary>Number of bytes read so far; cannot be set.</summary>
    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="BuildSharpException">The input has more bytes than the limit.</exception>
    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int read)
    {
        _read += read;
        return _read <= limit ? read : throw new BuildSharpException($"{name} is larger than {limit} bytes, the most that is accepted");
    }
}
