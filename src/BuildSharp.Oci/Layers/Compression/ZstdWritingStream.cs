using System.Buffers;
using BuildSharp.Oci.Layers.Compression.Interop;

namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Writes one zstd frame with checksum.</summary>
/// <remarks>Always uses worker threads. The output is the same for any number of workers, but differs without workers once the input is
/// longer than one job, so a machine with one processor would produce other digests.</remarks>
internal sealed unsafe class ZstdWritingStream : Stream
{
    private const int BufferSize = 256 * 1024;

    private readonly Stream _output;
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private void* _context;

    public ZstdWritingStream(Stream output, int level)
    {
        _output = output;
        try
        {
            _context = Zstd.ZSTD_createCCtx();
        }
        catch (DllNotFoundException e)
        {
            throw new BuildSharpException($"{Zstd.Library} is needed to compress with zstd and not installed; install the Debian package {Zstd.Package}", e);
        }

        Set(Zstd.ZSTD_c_compressionLevel, level);
        Set(Zstd.ZSTD_c_checksumFlag, 1);
        Set(Zstd.ZSTD_c_nbWorkers, Environment.ProcessorCount);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => _context is not null;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> source)
    {
        ObjectDisposedException.ThrowIf(_context is null, this);
        Run(source, Zstd.ZSTD_e_continue);
    }

    public override void Write(byte[] source, int offset, int count) => Write(source.AsSpan(offset, count));

    // Does nothing, because a flush would end a block and change the output.
    public override void Flush()
    {
    }

    public override int Read(byte[] destination, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _context is not null)
        {
            try
            {
                Run([], Zstd.ZSTD_e_end);
                _output.Flush();
            }
            finally
            {
                Zstd.ZSTD_freeCCtx(_context);
                _context = null;
                ArrayPool<byte>.Shared.Return(_buffer);
            }
        }

        base.Dispose(disposing);
    }

    private void Set(int parameter, int value)
    {
        var result = Zstd.ZSTD_CCtx_setParameter(_context, parameter, value);
        if (Zstd.ZSTD_isError(result) != 0)
        {
            throw new BuildSharpException($"{Zstd.Library} refuses a setting: {Zstd.ErrorName(result)}");
        }
    }

    private void Run(ReadOnlySpan<byte> source, int directive)
    {
        fixed (byte* sourceStart = source, bufferStart = _buffer)
        {
            var input = new Zstd.Buffer { Data = sourceStart, Size = (nuint)source.Length };
            nuint remaining;
            do
            {
                var chunk = new Zstd.Buffer { Data = bufferStart, Size = (nuint)_buffer.Length };
                remaining = Zstd.ZSTD_compressStream2(_context, &chunk, &input, directive);
                if (Zstd.ZSTD_isError(remaining) != 0)
                {
                    throw new BuildSharpException($"zstd compression failed: {Zstd.ErrorName(remaining)}");
                }

                _output.Write(_buffer.AsSpan(0, (int)chunk.Position));
            }
            while (directive == Zstd.ZSTD_e_end ? remaining != 0 : input.Position < input.Size);
        }
    }
}
