using System.Buffers;

namespace BuildSharp.Oci.Layers;

/// <summary>The buffered bytes of a tar. Each is reported to the recorder as content or other bytes.</summary>
internal sealed class TarInput(Stream input, ITarRecorder? recorder, string name)
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private byte[] _framing = new byte[TarField.BlockSize];
    private int _start;
    private int _end;

    /// <summary>Number of bytes consumed so far; used as position in messages.</summary>
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

    /// <summary>Reads bytes that are not content and returns the first of them; valid until the next call.</summary>
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

    /// <summary>Reads the zeros after an entry's data. They may be missing after the last entry, as in the layers that umoci inserts and
    /// that other tools accept.</summary>
    public void SkipPadding(int length)
    {
        Span<byte> padding = stackalloc byte[TarField.BlockSize];
        padding = padding[..ReadUpTo(padding[..length])];
        if (!padding.IsEmpty)
        {
            recorder?.RecordFraming(padding);
        }
    }

    /// <summary>Reads at least one byte of the current entry's data.</summary>
    /// <param name="destination">The target; not empty.</param>
    /// <param name="asContent">False for the stored form of a sparse file, which the recorder does not treat as content.</param>
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

    /// <summary>Skips data.</summary>
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

    /// <summary>Reads the bytes after the end mark, so that a stream that hashes the input sees all of it.</summary>
    public void DrainToEnd()
    {
        var scratch = ArrayPool<byte>.Shared.Rent(64 * 1024);
        for (int read; (read = Read(scratch)) > 0;)
        {
            recorder?.RecordFraming(scratch.AsSpan(0, read));
        }

        ArrayPool<byte>.Shared.Return(scratch);
    }

    // Seek, so that listing an archive on disk reads only headers. Buffered bytes are kept.
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
