using System.Buffers;

namespace BuildSharp.Oci.Layers;

/// <summary>Compressed bytes for a decoder that takes them one at a time. A decoder reads on only where its format promises more, so the
/// end of the input is an error to it: the data is cut off. Ask <see cref="IsAtEnd"/> between members.</summary>
/// <param name="compressed">Where the bytes come from. Not disposed.</param>
internal sealed class DecoderInput(Stream compressed) : ReadOnlyStream
{
    private const int BufferSize = 64 * 1024;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;
    private long _position;

    /// <summary>What reading the compressed bytes failed with, which is no fault of the data.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Bytes taken so far; cannot be set.</summary>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public bool IsAtEnd => _start == _end && !Fill();

    /// <summary>The next byte, which stays the next.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
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
