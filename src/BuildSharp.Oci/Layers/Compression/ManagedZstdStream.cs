using SharpCompress.Common;
using SharpCompress.Compressors.ZStandard;
using SharpCompress.Compressors.ZStandard.Unsafe;

namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Reads zstd frames without libzstd, which is several times as fast but may be missing.</summary>
internal sealed class ManagedZstdStream : ReadOnlyStream
{
    private readonly DecompressionStream _decoder;

    /// <param name="compressed">The compressed bytes. Not disposed.</param>
    public ManagedZstdStream(Stream compressed)
    {
        _decoder = new DecompressionStream(compressed, leaveOpen: true);
        _decoder.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, ZstdStream.LargestWindowLog);
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return _decoder.Read(buffer);
        }
        catch (ZstdException e)
        {
            throw e.Code == ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge ? ZstdStream.WindowTooLarge() : new InvalidDataException(e.Message, e);
        }
        catch (SharpCompressException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _decoder.Dispose();
        }

        base.Dispose(disposing);
    }
}
