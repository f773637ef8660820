using System.Buffers;
using System.Threading.Channels;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Registry.Connections;

/// <summary>Reads a stream of the network asynchronously into a bounded queue of buffers, so that code that unpacks files can read it
/// synchronously and both work at the same time.</summary>
public sealed class ReadAheadStream : ReadOnlyStream
{
    private const int BufferSize = 128 * 1024;
    private const int MostBuffers = 16;

    private readonly Stream _inner;
    private readonly CancellationTokenSource _stop;
    private readonly Channel<(byte[] Bytes, int Length)> _queue =
        Channel.CreateBounded<(byte[], int)>(new BoundedChannelOptions(MostBuffers) { SingleReader = true, SingleWriter = true });
    private readonly Task _pump;
    private (byte[] Bytes, int Length) _current = ([], 0);
    private int _taken;

    /// <summary>Starts to read.</summary>
    /// <param name="inner">The stream; disposed with this one.</param>
    /// <param name="cancellationToken">Stops the reading; reads of this stream then throw.</param>
    public ReadAheadStream(Stream inner, CancellationToken cancellationToken)
    {
        _inner = inner;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _pump = PumpAsync();
    }

    /// <inheritdoc/>
    /// <remarks>Throws what the inner stream threw.</remarks>
    public override int Read(Span<byte> buffer)
    {
        while (_taken == _current.Length)
        {
            if (!_queue.Reader.TryRead(out var next))
            {
                if (!_queue.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
                {
                    return 0;
                }

                continue;
            }

            Release();
            (_current, _taken) = (next, 0);
        }

        var count = Math.Min(buffer.Length, _current.Length - _taken);
        _current.Bytes.AsSpan(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Cancel();
            _pump.GetAwaiter().GetResult();
            Release();
            while (_queue.Reader.TryRead(out var left))
            {
                ArrayPool<byte>.Shared.Return(left.Bytes);
            }

            _inner.Dispose();
            _stop.Dispose();
        }

        base.Dispose(disposing);
    }

    // Failures reach the reader through the queue.
    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                var bytes = ArrayPool<byte>.Shared.Rent(BufferSize);
                var length = await _inner.ReadAsync(bytes.AsMemory(0, BufferSize), _stop.Token).ConfigureAwait(false);
                if (length == 0)
                {
                    ArrayPool<byte>.Shared.Return(bytes);
                    _queue.Writer.Complete();
                    return;
                }

                await _queue.Writer.WriteAsync((bytes, length), _stop.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            _queue.Writer.Complete(error);
        }
    }

    private void Release()
    {
        if (_current.Bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_current.Bytes);
        }

        _current = ([], 0);
        _taken = 0;
    }
}
