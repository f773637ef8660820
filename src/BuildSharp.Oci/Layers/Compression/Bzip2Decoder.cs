using System.Runtime.InteropServices;

namespace BuildSharp.Oci.Layers;

/// <summary>Reads bzip2 streams, one after another, as parallel compressors write them.</summary>
internal sealed unsafe class Bzip2Decoder : NativeDecoder
{
    // The library checks that the structure is where it was, so it must not move.
    private Bzip2.Stream* _stream = (Bzip2.Stream*)NativeMemory.AllocZeroed((nuint)sizeof(Bzip2.Stream));
    private bool _betweenStreams;

    public Bzip2Decoder()
    {
        try
        {
            Load(Bzip2.Library, Bzip2.Package, Begin);
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
        if (input.IsEmpty && _betweenStreams)
            return true;

        if (_betweenStreams)
        {
            Bzip2.BZ2_bzDecompressEnd(_stream);
            Begin();
        }

        fixed (byte* inputStart = input, outputStart = output)
        {
            _stream->NextIn = inputStart;
            _stream->AvailableIn = (uint)input.Length;
            _stream->NextOut = outputStart;
            _stream->AvailableOut = (uint)output.Length;
            var result = Bzip2.BZ2_bzDecompress(_stream);
            consumed = input.Length - (int)_stream->AvailableIn;
            written = output.Length - (int)_stream->AvailableOut;
            if (result is not (Bzip2.BZ_OK or Bzip2.BZ_STREAM_END))
                throw new InvalidDataException($"bzip2 error {result}");

            return _betweenStreams = result == Bzip2.BZ_STREAM_END;
        }
    }

    public override void Dispose()
    {
        if (_stream is null)
            return;

        Bzip2.BZ2_bzDecompressEnd(_stream);
        NativeMemory.Free(_stream);
        _stream = null;
    }

    private int Begin()
    {
        _betweenStreams = false;
        *_stream = default;
        var result = Bzip2.BZ2_bzDecompressInit(_stream, verbosity: 0, small: 0);
        return result == Bzip2.BZ_OK ? result : throw new OutOfMemoryException();
    }
}
