using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Diffs;

/// <summary>One line of a tar-split: a file entry or a segment of raw bytes.</summary>
/// <param name="Name">Name of a file entry; null for a segment.</param>
/// <param name="Size">Length of the file's content in bytes.</param>
/// <param name="Crc">Checksum of the file's content, if it has any.</param>
/// <param name="Segment">Raw bytes of a segment.</param>
internal readonly record struct TarSplitLine(byte[]? Name, long Size, ulong Crc, ReadOnlyMemory<byte> Segment);

/// <summary>Reads a tar-split line by line, as written by this program or the Go tools.</summary>
internal sealed class TarSplitReader(Stream gzip, string name) : IDisposable
{
    // This program writes segments of at most 1 MiB; Go writes a whole pax header in one. Both are much shorter in base64.
    private const int MaxLine = 16 * 1024 * 1024;

    private readonly GZipStream _input = new(gzip, CompressionMode.Decompress);
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _inputEnded;

    /// <summary>Reads the next line; false at the end. The bytes of a segment are valid until the next call.</summary>
    public bool TryRead(out TarSplitLine line)
    {
        line = default;
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline < 0 && !_inputEnded)
            {
                Fill();
                continue;
            }

            var length = newline < 0 ? _end - _start : newline;
            var text = _buffer.AsSpan(_start, length);
            _start = Math.Min(_start + length + 1, _end);
            if (text.TrimStart((byte)' ').IsEmpty)
            {
                if (newline < 0)
                {
                    return false;
                }

                continue;
            }

            line = Parse(text);
            return true;
        }
    }

    public void Dispose() => _input.Dispose();

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxLine)
            {
                throw new BuildSharpException($"{name} is damaged: a line is longer than {MaxLine} bytes");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            var read = _input.Read(_buffer.AsSpan(_end));
            _inputEnded = read == 0;
            _end += read;
        }
        catch (InvalidDataException failure)
        {
            throw new BuildSharpException($"{name} is damaged: {failure.Message}", failure);
        }
    }

    private TarSplitLine Parse(ReadOnlySpan<byte> text)
    {
        try
        {
            return ParseObject(text);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            throw new BuildSharpException($"{name} is damaged: {failure.Message}", failure);
        }
    }

    private TarSplitLine ParseObject(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text);
        var type = 0;
        byte[]? entry = null;
        byte[]? payload = null;
        long size = 0;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var property = json.ValueTextEquals("type"u8) ? 't' : json.ValueTextEquals("name"u8) ? 'n' : json.ValueTextEquals("name_raw"u8) ? 'r'
                : json.ValueTextEquals("size"u8) ? 's' : json.ValueTextEquals("payload"u8) ? 'p' : '?';
            json.Read();
            switch (property)
            {
                case 't':
                    type = json.GetInt32();
                    break;
                case 'n':
                    entry = System.Text.Encoding.UTF8.GetBytes(json.GetString() ?? "");
                    break;
                case 'r':
                    entry = json.GetBytesFromBase64();
                    break;
                case 's':
                    size = json.GetInt64();
                    break;
                case 'p':
                    payload = json.TokenType == JsonTokenType.Null ? null : json.GetBytesFromBase64();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return type switch
        {
            1 when size >= 0 => new TarSplitLine(entry ?? [], size, payload is { Length: 8 } ? BinaryPrimitives.ReadUInt64BigEndian(payload) : 0, default),
            2 => new TarSplitLine(null, 0, 0, payload ?? []),
            _ => throw new FormatException($"a line has the type {type} and the size {size}"),
        };
    }
}
