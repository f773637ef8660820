namespace BuildSharp.Oci.Layers;

/// <summary>The plain side of a decoder: says in one line what is wrong with the data, and stops it from swelling without measure.</summary>
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
