using System.Buffers;

namespace BuildSharp.Oci.Layers;

/// <summary>The bytes of a tar being read, buffered, each reported to the recorder as framing or content.</summary>
internal sealed class TarInput(Stream input, ITarRecorder? recorder, string name)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private byte[] _framing = new byte[TarField.BlockSize];
    private int _start;
    private int _end;

    /// <summary>Bytes handed out so far, which is the place a message names.</summary>
    public long Position { get; private set; }

    public BuildSharpException Damaged(string what) => new($"{name} is damaged near byte {Position}: {what}");

    public long Number(ReadOnlySpan<byte> block, Range field, string what) =>
        TarField.TryReadNumber(block[field], out var value) ? value : throw Damaged($"a header's {what} is not a number");

    /// <summary>Reads a header block; false at the end of the input.</summary>
    public bool TryReadBlock(Span<byte> block)
    {
        var read = ReadUpTo(block);
        if (read == 0)
        {
            return false;
        }

        if (read < block.Length)
        {
            throw CutOff();
        }

        recorder?.RecordFraming(block);
        return true;
    }

    /// <summary>Reads a whole stretch of framing and gives its first bytes; valid until the next call.</summary>
    public ReadOnlySpan<byte> ReadFraming(int wanted, int total)
    {
        if (_framing.Length < total)
        {
            _framing = new byte[total];
        }

        var bytes = _framing.AsSpan(0, total);
        if (ReadUpTo(bytes) < total)
        {
            throw CutOff();
        }

        recorder?.RecordFraming(bytes);
        return bytes[..wanted];
    }

    /// <summary>Reads some of the current entry's data, at least one byte.</summary>
    /// <param name="destination">Where to; not empty.</param>
    /// <param name="asContent">False for the packed data of a sparse file, which is framing to the recorder.</param>
    public int ReadData(Span<byte> destination, bool asContent)
    {
        var read = Read(destination);
        if (read == 0)
        {
            throw CutOff();
        }

        if (asContent)
        {
            recorder?.RecordContent(destination[..read]);
        }
        else
        {
            recorder?.RecordFraming(destination[..read]);
        }

        return read;
    }

    /// <summary>Reads past data nobody wants.</summary>
    public void SkipData(long length, bool asContent)
    {
        if (recorder is null && input.CanSeek)
        {
            length -= SeekPast(length);
        }

        var scratch = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(length, 1), 64 * 1024));
        while (length > 0)
        {
            length -= ReadData(scratch.AsSpan(0, (int)Math.Min(scratch.Length, length)), asContent);
        }

        ArrayPool<byte>.Shared.Return(scratch);
    }

    /// <summary>Reads what follows the end mark, so that whoever hashes the input has seen it all.</summary>
    public void DrainToEnd()
    {
        var scratch = ArrayPool<byte>.Shared.Rent(64 * 1024);
        for (int read; (read = Read(scratch)) > 0;)
        {
            recorder?.RecordFraming(scratch.AsSpan(0, read));
        }

        ArrayPool<byte>.Shared.Return(scratch);
    }

    // Listing an archive on disk should cost its headers, not its contents. What is buffered already is left to be read.
    private long SeekPast(long length)
    {
        var buffered = _end - _start;
        var distance = Math.Min(length, buffered + input.Length - input.Position) - buffered;
        if (distance <= 0)
        {
            return 0;
        }

        input.Seek(distance, SeekOrigin.Current);
        (_start, _end) = (0, 0);
        Position += buffered + distance;
        return buffered + distance;
    }

    private BuildSharpException CutOff() => new($"{name} ends early, after {Position} bytes");

    private int ReadUpTo(Span<byte> destination)
    {
        var total = 0;
        while (total < destination.Length)
        {
            var read = Read(destination[total..]);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    private int Read(Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return 0;
        }

        int read;
        if (_start == _end && destination.Length >= _buffer.Length)
        {
            read = input.Read(destination);
        }
        else
        {
            if (_start == _end)
            {
                _start = 0;
                _end = input.Read(_buffer);
            }

            read = Math.Min(destination.Length, _end - _start);
            _buffer.AsSpan(_start, read).CopyTo(destination);
            _start += read;
        }

        Position += read;
        return read;
    }
}
