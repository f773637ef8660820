using System.Buffers;
using System.Runtime.ExceptionServices;

namespace BuildSharp.Oci.Layers;

/// <summary>Reads another stream on a thread of its own into a few buffers, so that the work of that stream, such as decompressing, and the
/// work of its reader use two processors. Content that fits one buffer is read without a thread.</summary>
/// <param name="inner">The stream; disposed with this one.</param>
/// <param name="cancellationToken">Stops the reading; reads of this stream then throw.</param>
public sealed class ThreadedStream(Stream inner, CancellationToken cancellationToken) : ReadOnlyStream
{
    private const int BufferSize = 256 * 1024;
    private const int MostBuffers = 4;

    private readonly Queue<ArraySegment<byte>> _filled = new();
    private readonly object _gate = new();
    private Thread? _thread;
    private ExceptionDispatchInfo? _failure;
    private ArraySegment<byte> _current = ArraySegment<byte>.Empty;
    private int _taken;
    private bool _isBegun;
    private bool _hasEnded;
    private bool _isStopped;

    /// <inheritdoc/>
    /// <remarks>Throws what the inner stream threw.</remarks>
    public override int Read(Span<byte> buffer)
    {
        if (_taken == _current.Count && !buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Release(_current);
            (_current, _taken) = (ArraySegment<byte>.Empty, 0);
            _current = Next();
        }

        var count = Math.Min(buffer.Length, _current.Count - _taken);
        _current.AsSpan(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                _isStopped = true;
                Monitor.PulseAll(_gate);
            }

            _thread?.Join();
            Release(_current);
            _current = ArraySegment<byte>.Empty;
            while (_filled.TryDequeue(out var left))
            {
                Release(left);
            }

            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    // Empty at the end.
    private ArraySegment<byte> Next()
    {
        if (!_isBegun)
        {
            _isBegun = true;
            return Begin();
        }

        lock (_gate)
        {
            while (_filled.Count == 0 && !_hasEnded)
            {
                Monitor.Wait(_gate);
            }

            if (_filled.TryDequeue(out var next))
            {
                Monitor.PulseAll(_gate);
                return next;
            }
        }

        _failure?.Throw();
        return ArraySegment<byte>.Empty;
    }

    private ArraySegment<byte> Begin()
    {
        var first = Fill();
        if (first.Count < BufferSize)
        {
            _hasEnded = true;
            return first;
        }

        _thread = new Thread(ReadAhead) { IsBackground = true, Name = "read ahead" };
        _thread.Start();
        return first;
    }

    private void ReadAhead()
    {
        try
        {
            while (true)
            {
                var next = Fill();
                lock (_gate)
                {
                    while (_filled.Count == MostBuffers && !_isStopped)
                    {
                        Monitor.Wait(_gate);
                    }

                    _filled.Enqueue(next);
                    _hasEnded = next.Count < BufferSize;
                    Monitor.PulseAll(_gate);
                    if (_hasEnded || _isStopped)
                    {
                        return;
                    }
                }
            }
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
                _hasEnded = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    // Less than a whole buffer means the end.
    private ArraySegment<byte> Fill()
    {
        var bytes = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            return new ArraySegment<byte>(bytes, 0, inner.ReadAtLeast(bytes.AsSpan(0, BufferSize), BufferSize, throwOnEndOfStream: false));
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(bytes);
            throw;
        }
    }

    private static void Release(ArraySegment<byte> buffer)
    {
        if (buffer.Array is { Length: > 0 } bytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
