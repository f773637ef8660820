using System.Runtime.ExceptionServices;

namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Reads compressed data with a decoder of SharpCompress, which needs no native library. It reports damaged data by arbitrary
/// exceptions, such as an index out of range or a null reference.</summary>
/// <param name="compressed">The compressed bytes. Not disposed.</param>
internal abstract class DecodingStream(Stream compressed) : ReadOnlyStream
{
    protected DecoderInput Input { get; } = new(compressed);

    /// <exception cref="InvalidDataException">The data is damaged or truncated.</exception>
    public sealed override int Read(Span<byte> buffer)
    {
        try
        {
            return buffer.IsEmpty ? 0 : Decode(buffer);
        }
        catch (Exception e) when (e is not (InvalidDataException or BuildSharpException or OutOfMemoryException))
        {
            if (Input.Failure is not null)
            {
                ExceptionDispatchInfo.Throw(Input.Failure); // the decoder may have taken the failed read for the end of the data
            }

            throw new InvalidDataException(e.Message, e);
        }
    }

    /// <summary>Decodes at least one byte; returns 0 at the end of the last member.</summary>
    protected abstract int Decode(Span<byte> buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Input.Dispose();
        }

        base.Dispose(disposing);
    }
}
