using System.Buffers;

namespace BuildSharp.Oci.Layers;

/// <summary>Pulls compressed bytes through a <see cref="NativeDecoder"/>.</summary>
internal sealed class NativeDecodingStream(Stream input, NativeDecoder decoder) : ReadOnlyStream
{
    private const int BufferSize = 128 * 1024;

    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _start;
    private int _end;
    private bool _endOfInput;
    private bool _mayEnd;
    private bool _finished;

    public override int Read(Span<byte> output)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        while (!_finished && !output.IsEmpty)
        {
            if (_start == _end && !_endOfInput)
            {
                _start = 0;
                _end = input.Read(_buffer.AsSpan(0, BufferSize));
                _endOfInput = _end == 0;
            }

            _mayEnd = decoder.Decode(_buffer.AsSpan(_start, _end - _start), output, _endOfInput, out var consumed, out var written);
            _start += consumed;
            if (written > 0)
                return written;

            if (_endOfInput && _start == _end)
            {
                if (!_mayEnd)
                    throw new InvalidDataException("the data ends early");
                _finished = true;
            }
            else if (consumed == 0 && _start < _end)
            {
                throw new InvalidDataException("the decoder makes no progress");
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer is not null)
        {
            decoder.Dispose();
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }

        base.Dispose(disposing);
    }
}
