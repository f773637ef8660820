using System.Buffers;
using BuildSharp.Oci.Layers.Compression.Interop;

namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Reads a sequence of zstd frames, including skippable ones, with libzstd.</summary>
internal sealed unsafe class ZstdStream : ReadOnlyStream
{
    /// <summary>128 MiB: the need of <c>zstd --long=27</c>, and the limit for untrusted data.</summary>
    internal const int LargestWindowLog = 27;

    private const int BufferSize = 128 * 1024;

    private readonly Stream _input;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private void* _context;
    private int _start;
    private int _end;
    private bool _betweenFrames = true;

    private ZstdStream(Stream input, void* context)
    {
        _input = input;
        _context = context;
    }

    /// <summary>Opens zstd data.</summary>
    /// <param name="input">The compressed bytes. Not disposed.</param>
    /// <returns>Null when libzstd is not installed.</returns>
    public static ZstdStream? TryOpen(Stream input)
    {
        void* context;
        try
        {
            context = Zstd.ZSTD_createDCtx();
        }
        catch (DllNotFoundException)
        {
            return null;
        }

        if (context is null)
        {
            throw new OutOfMemoryException();
        }

        Zstd.ZSTD_DCtx_setParameter(context, Zstd.ZSTD_d_windowLogMax, LargestWindowLog);
        return new ZstdStream(input, context);
    }

    /// <summary>The error for a frame with too large a window.</summary>
    internal static UnsupportedCompressionException WindowTooLarge() => new(
        $"the zstd data needs a window of more than {1 << (LargestWindowLog - 20)} MiB; compress it again with at most --long={LargestWindowLog}");

    public override int Read(Span<byte> output)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        while (!output.IsEmpty)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = _input.Read(_buffer.AsSpan(0, BufferSize));
            }

            // Decode even without new input, because output may be left in the library's buffer.
            var written = Decode(output);
            if (written > 0)
            {
                return written;
            }

            if (_end == 0)
            {
                return _betweenFrames ? 0 : throw new InvalidDataException("the data ends early");
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _buffer is not null)
        {
            Zstd.ZSTD_freeDCtx(_context);
            _context = null;
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }

        base.Dispose(disposing);
    }

    private int Decode(Span<byte> output)
    {
        if (_end == 0 && _betweenFrames)
        {
            return 0;
        }

        fixed (byte* inputStart = _buffer, outputStart = output)
        {
            var input = new Zstd.Buffer { Data = inputStart, Size = (nuint)_end, Position = (nuint)_start };
            var plain = new Zstd.Buffer { Data = outputStart, Size = (nuint)output.Length };
            var result = Zstd.ZSTD_decompressStream(_context, &plain, &input);
            if (Zstd.ZSTD_isError(result) != 0)
            {
                throw Zstd.ZSTD_getErrorCode(result) == Zstd.ZSTD_error_frameParameter_windowTooLarge
                    ? WindowTooLarge()
                    : new InvalidDataException(Zstd.ErrorName(result));
            }

            if (plain.Position == 0 && input.Position == (nuint)_start && _start < _end)
            {
                throw new InvalidDataException("the decoder makes no progress");
            }

            _start = (int)input.Position;
            _betweenFrames = result == 0;
            return (int)plain.Position;
        }
    }
}
