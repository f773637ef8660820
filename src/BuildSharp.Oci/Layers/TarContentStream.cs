namespace BuildSharp.Oci.Layers;

/// <summary>Content of one entry; holes of a sparse file read as zeros.</summary>
internal sealed class TarContentStream : ReadOnlyStream
{
    private readonly TarInput _input;
    private readonly SparseMap? _map;
    private long _position;
    private int _extent;
    private long _remaining;

    public TarContentStream(TarInput input, long stored, SparseMap? map)
    {
        _input = input;
        _map = map;
        _remaining = stored;
        Stored = map is null ? this : new StoredStream(this);
    }

    /// <summary>The stored bytes without holes.</summary>
    public Stream Stored { get; }

    public override int Read(Span<byte> buffer)
    {
        if (_map is null)
        {
            return ReadStored(buffer);
        }

        var length = (int)Math.Min(buffer.Length, _map.RealSize - _position);
        if (length == 0)
        {
            return 0;
        }

        while (_extent < _map.Extents.Count && _position >= End(_map.Extents[_extent]))
        {
            _extent++;
        }

        var next = _extent < _map.Extents.Count ? _map.Extents[_extent] : new SparseExtent(_map.RealSize, 0);
        if (_position < next.Offset)
        {
            length = (int)Math.Min(length, next.Offset - _position);
            buffer[..length].Clear();
        }
        else
        {
            length = ReadStored(buffer[..(int)Math.Min(length, End(next) - _position)]);
        }

        _position += length;
        return length;
    }

    /// <summary>Skips the rest of the content.</summary>
    public void Skip()
    {
        _input.SkipData(_remaining, _map is null);
        _remaining = 0;
    }

    private static long End(SparseExtent extent) => extent.Offset + extent.Length;

    private int ReadStored(Span<byte> buffer)
    {
        var length = (int)Math.Min(buffer.Length, _remaining);
        if (length == 0)
        {
            return 0;
        }

        var read = _input.ReadData(buffer[..length], _map is null);
        _remaining -= read;
        return read;
    }

    private sealed class StoredStream(TarContentStream whole) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer) => whole.ReadStored(buffer);
    }
}
