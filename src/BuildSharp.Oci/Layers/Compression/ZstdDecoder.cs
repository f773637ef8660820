namespace BuildSharp.Oci.Layers;

/// <summary>Reads zstd frames, skippable ones included, one after another.</summary>
internal sealed unsafe class ZstdDecoder : NativeDecoder
{
    // 128 MiB: what `zstd --long=27` needs, and all a stranger may make us allocate.
    private const int LargestWindowLog = 27;

    private void* _context;
    private bool _betweenFrames = true;

    public ZstdDecoder()
    {
        _context = (void*)Load(Zstd.Library, Zstd.Package, () => (nint)Zstd.ZSTD_createDCtx());
        if (_context is null)
            throw new OutOfMemoryException();

        Zstd.ZSTD_DCtx_setParameter(_context, Zstd.ZSTD_d_windowLogMax, LargestWindowLog);
    }

    public override bool Decode(ReadOnlySpan<byte> input, Span<byte> output, bool endOfInput, out int consumed, out int written)
    {
        (consumed, written) = (0, 0);
        if (input.IsEmpty && _betweenFrames)
            return true;

        fixed (byte* inputStart = input, outputStart = output)
        {
            var inBuffer = new Zstd.Buffer { Data = inputStart, Size = (nuint)input.Length };
            var outBuffer = new Zstd.Buffer { Data = outputStart, Size = (nuint)output.Length };
            var result = Zstd.ZSTD_decompressStream(_context, &outBuffer, &inBuffer);
            if (Zstd.ZSTD_isError(result) != 0)
                throw new InvalidDataException(Zstd.ErrorName(result));

            (consumed, written) = ((int)inBuffer.Position, (int)outBuffer.Position);
            return _betweenFrames = result == 0;
        }
    }

    public override void Dispose()
    {
        Zstd.ZSTD_freeDCtx(_context);
        _context = null;
    }
}
