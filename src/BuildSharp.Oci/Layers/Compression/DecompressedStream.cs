namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Output of a decoder: turns failures into one-line messages and applies <see cref="ExpansionLimit"/>.</summary>
internal sealed class DecompressedStream(Stream decoder, PrefixedStream compressed, string format) : ReadOnlyStream
{
    private long _plain;

    public override int Read(Span<byte> buffer)
    {
        int count;
        try
        {
            count = decoder.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new BuildSharpException($"{format} data is damaged or truncated after {_plain:N0} plain bytes", e);
        }

        _plain += count;
        ExpansionLimit.Check(_plain, compressed.BytesRead, format);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            decoder.Dispose();
            compressed.Dispose();
        }

        base.Dispose(disposing);
    }
}
