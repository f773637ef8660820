using System.Buffers;

namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Compressed bytes for a decoder that reads one byte at a time. A decoder reads only when its format requires more data, so the
/// end of the input means truncated data. Check <see cref="IsAtEnd"/> between members.</summary>
/// <param name="compressed">The compressed bytes. Not disposed.</param>
internal sealed class DecoderInput(Stream compressed) : ReadOnlyStream
{
    private const int BufferSize = 64 * 1024;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;
    private long _position;

    /// <summary>Exception from reading the compressed bytes, which does not mean that the data is damaged.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Number of bytes read so far; cannot be set.</summary>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public bool IsAtEnd => _start == _end && !Fill();

    /// <summary>Returns the next byte without consuming it.</summary>
    /// <exception cref="InvalidDataException">The input has ended.</exception>
    public byte Peek() => IsAtEnd ? throw EndsEarly() : _buffer![_start];

    public override int ReadByte()
    {
        var next = Peek();
        _start++;
        _position++;
        return next;
    }

    public override int Read(Span<byte> buffer)
    {
        if (!buffer.IsEmpty && IsAtEnd)
        {
            throw EndsEarly();
        }

        var count = Math.Min(buffer.Length, _end - _start);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        _position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
            _start = _end = 0;
        }

        base.Dispose(disposing);
    }

    private bool Fill()
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        try
        {
            _start = 0;
            _end = compressed.Read(_buffer, 0, BufferSize);
            return _end > 0;
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }

    private static InvalidDataException EndsEarly() => new("the data ends early");
}
