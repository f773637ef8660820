using System.Runtime.InteropServices;

namespace BuildSharp.Oci.Layers;

/// <summary>Reads xz streams, one after another.</summary>
internal sealed unsafe class XzDecoder : NativeDecoder
{
    // What `xz -9` needs is 65 MiB; more is for nobody's layer.
    private const ulong MemoryLimit = 256UL << 20;

    // The library keeps the address, so the structure must not move.
    private Lzma.Stream* _stream = (Lzma.Stream*)NativeMemory.AllocZeroed((nuint)sizeof(Lzma.Stream));
    private bool _ended;

    public XzDecoder()
    {
        try
        {
            var result = Load(Lzma.Library, Lzma.Package, () => Lzma.lzma_stream_decoder(_stream, MemoryLimit, Lzma.LZMA_CONCATENATED));
            if (result != Lzma.LZMA_OK)
                throw new OutOfMemoryException();
        }
        catch
        {
            NativeMemory.Free(_stream);
            throw;
        }
    }

    public override bool Decode(ReadOnlySpan<byte> input, Span<byte> output, bool endOfInput, out int consumed, out int written)
    {
        (consumed, written) = (0, 0);
        if (_ended)
            return true;

        fixed (byte* inputStart = input, outputStart = output)
        {
            _stream->NextIn = inputStart;
            _stream->AvailableIn = (nuint)input.Length;
            _stream->NextOut = outputStart;
            _stream->AvailableOut = (nuint)output.Length;
            var result = Lzma.lzma_code(_stream, endOfInput ? Lzma.LZMA_FINISH : Lzma.LZMA_RUN);
            consumed = input.Length - (int)_stream->AvailableIn;
            written = output.Length - (int)_stream->AvailableOut;
            _ended = result == Lzma.LZMA_STREAM_END;

            // "Buffer error" only says that nothing could be done this time; the caller sees that by itself.
            if (!_ended && result is not (Lzma.LZMA_OK or Lzma.LZMA_BUF_ERROR))
                throw new InvalidDataException(result == Lzma.LZMA_MEMLIMIT_ERROR ? "needs too much memory" : $"lzma error {result}");

            return _ended;
        }
    }

    public override void Dispose()
    {
        if (_stream is null)
            return;

        Lzma.lzma_end(_stream);
        NativeMemory.Free(_stream);
        _stream = null;
    }
}
