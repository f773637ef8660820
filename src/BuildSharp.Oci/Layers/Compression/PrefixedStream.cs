namespace BuildSharp.Oci.Layers.Compression;

/// <summary>Bytes that were already read from a stream, followed by the rest of it; counts the bytes read.</summary>
/// <param name="prefix">The bytes that were read.</param>
/// <param name="rest">The stream.</param>
/// <param name="leaveOpen">Whether <paramref name="rest"/> stays open when this stream is disposed.</param>
internal sealed class PrefixedStream(ReadOnlyMemory<byte> prefix, Stream rest, bool leaveOpen = false) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> _head = prefix;

    public long BytesRead { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        int count;
        if (_head.IsEmpty)
        {
            count = rest.Read(buffer);
        }
        else
        {
            count = Math.Min(buffer.Length, _head.Length);
            _head.Span[..count].CopyTo(buffer);
            _head = _head[count..];
        }

        BytesRead += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            rest.Dispose();
        }

        base.Dispose(disposing);
    }
}
