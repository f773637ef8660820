using System.Buffers;

namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Turns a compressor, which is a stream to write to, into a stream to read from. Each read compresses more of the
/// input.</summary>
internal sealed class TransformedStream : ReadOnlyStream
{
    private const int ChunkSize = 256 * 1024;

    private readonly Stream _input;
    private readonly Stream _compressor;
    private readonly Outlet _outlet = new();
    private bool _ended;

    /// <param name="input">The uncompressed bytes; disposed with this stream.</param>
    /// <param name="compressor">Creates the compressor that writes to the given stream.</param>
    public TransformedStream(Stream input, Func<Stream, Stream> compressor)
    {
        _input = input;
        _compressor = compressor(_outlet);
    }

    public override int Read(Span<byte> buffer)
    {
        while (_outlet.IsEmpty && !_ended)
        {
            PullChunk();
        }

        return _outlet.Take(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _compressor.Dispose();
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void PullChunk()
    {
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
        var count = _input.Read(chunk, 0, ChunkSize);
        if (count > 0)
        {
            _compressor.Write(chunk, 0, count);
        }
        else
        {
            _compressor.Dispose();
            _ended = true;
        }

        ArrayPool<byte>.Shared.Return(chunk);
    }

    /// <summary>Holds the compressor's output until it is read.</summary>
    private sealed class Outlet : MemoryStream
    {
        private int _taken;

        public bool IsEmpty => _taken == Length;

        public int Take(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, (int)Length - _taken);
            GetBuffer().AsSpan(_taken, count).CopyTo(buffer);
            _taken += count;
            if (IsEmpty)
            {
                SetLength(0);
                _taken = 0;
            }

            return count;
        }
    }
}
