using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text.Json;
using System.Text.Unicode;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Diffs;

/// <summary>Writes the tar-split of a layer while its tar is read or written: the bytes between the files, and each file's name, length and
/// checksum. The exact tar can be rebuilt from it and the files (github.com/vbatts/tar-split).</summary>
public sealed class TarSplitWriter : ITarRecorder, IDisposable
{
    private const int MaxSegment = 1024 * 1024;

    private readonly Stream _output;
    private readonly ArrayBufferWriter<byte> _line = new(1024);
    private readonly ArrayBufferWriter<byte> _segment = new(2048);
    private readonly Utf8JsonWriter _json;
    private readonly HashSet<byte[]>? _names;
    private readonly HashSet<byte[]>? _namesWithContent;
    private readonly Crc64 _crc = TarSplitChecksum.Create();
    private byte[]? _name;
    private long _contentLength;
    private bool _contentIsFraming;
    private int _position;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Receives the gzip file.</param>
    /// <param name="namesAreDistinct">True when the entries come from a walk over a tree, so that earlier names need not be
    /// remembered.</param>
    /// <param name="leaveOpen">Whether <paramref name="output"/> outlives the writer.</param>
    public TarSplitWriter(Stream output, bool namesAreDistinct = false, bool leaveOpen = false)
    {
        _output = new BufferedStream(new GZipStream(output, CompressionLevel.Fastest, leaveOpen), 64 * 1024);
        _json = new Utf8JsonWriter(_line, GoJson.Compact);
        if (!namesAreDistinct)
        {
            _names = new HashSet<byte[]>(ByteStringComparer.Instance);
            _namesWithContent = new HashSet<byte[]>(ByteStringComparer.Instance);
        }
    }

    /// <inheritdoc/>
    public void RecordFraming(ReadOnlySpan<byte> bytes)
    {
        EndEntry();
        while (!bytes.IsEmpty)
        {
            var length = Math.Min(bytes.Length, MaxSegment - _segment.WrittenCount);
            _segment.Write(bytes[..length]);
            bytes = bytes[length..];
            if (_segment.WrittenCount == MaxSegment)
            {
                WriteSegment();
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="BuildSharpException">The entry replaces an earlier one with content. The store keeps one file per name, so the
    /// earlier content would be lost and the tar could not be rebuilt.</exception>
    public void BeginEntry(TarHeader header, long contentLength)
    {
        EndEntry();
        _contentIsFraming = _names is not null && IsRepeated(header, contentLength);
        if (_contentIsFraming)
        {
            return; // Readers reject two file entries of one name, so the second one is stored as raw bytes.
        }

        WriteSegment();
        _name = header.Name;
        _contentLength = contentLength;
        _crc.Reset();
        if (contentLength == 0)
        {
            EndEntry();
        }
    }

    /// <inheritdoc/>
    public void RecordContent(ReadOnlySpan<byte> bytes)
    {
        if (_contentIsFraming)
        {
            RecordFraming(bytes);
        }
        else
        {
            _crc.Append(bytes);
        }
    }

    /// <summary>Writes the remaining data after the tar is complete. Without this call the gzip file is truncated.</summary>
    public void Complete()
    {
        EndEntry();
        WriteSegment();
        _output.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _json.Dispose();
        _output.Dispose();
    }

    private bool IsRepeated(TarHeader header, long contentLength)
    {
        var path = LayerPath.Clean(header.Name);
        if (_names!.Add(path))
        {
            if (contentLength > 0)
            {
                _namesWithContent!.Add(path);
            }

            return false;
        }

        return !_namesWithContent!.Contains(path)
            ? true
            : throw new BuildSharpException($"the layer has two entries named {header.NameText}, the first with content: the store cannot keep both");
    }

    private void EndEntry()
    {
        if (_name is null)
        {
            return;
        }

        StartLine(1);
        if (Utf8.IsValid(_name))
        {
            _json.WriteString("name"u8, _name);
        }
        else
        {
            _json.WriteBase64String("name_raw"u8, _name);
        }

        if (_contentLength == 0)
        {
            _json.WriteNull("payload"u8);
        }
        else
        {
            Span<byte> crc = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64BigEndian(crc, _crc.GetCurrentHashAsUInt64());
            _json.WriteNumber("size"u8, _contentLength);
            _json.WriteBase64String("payload"u8, crc);
        }

        _name = null;
        EndLine();
    }

    private void WriteSegment()
    {
        if (_segment.WrittenCount == 0)
        {
            return;
        }

        StartLine(2);
        _json.WriteBase64String("payload"u8, _segment.WrittenSpan);
        _segment.ResetWrittenCount();
        EndLine();
    }

    private void StartLine(int type)
    {
        _line.ResetWrittenCount();
        _json.Reset(_line);
        _json.WriteStartObject();
        _json.WriteNumber("type"u8, type);
    }

    private void EndLine()
    {
        _json.WriteNumber("position"u8, _position++);
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        _output.Write(_line.WrittenSpan);
    }
}
