using System.IO.Hashing;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Storage.Diffs;

/// <summary>Rebuilds the exact tar of a layer from its tar-split and its files (github.com/vbatts/tar-split).</summary>
/// <remarks>Compares the checksum of each file, so a file that was changed in the store causes an error instead of a layer whose hash
/// differs from the image's config.</remarks>
public sealed class TarSplitStream : ReadOnlyStream
{
    private readonly TarSplitReader _split;
    private readonly IReadOnlyList<DirectoryHandle> _layers;
    private readonly string _name;
    private readonly Crc64 _crc = TarSplitChecksum.Create();
    private ReadOnlyMemory<byte> _segment;
    private SafeFileHandle? _file;
    private TarSplitLine _line;
    private long _fileRemaining;
    private long _position;

    /// <summary>Opens the tar of a layer.</summary>
    /// <param name="tarSplit">The gzip-compressed tar-split; disposed with this stream.</param>
    /// <param name="layers">Directories that hold the files: the layer's own, then those of the layers below. Not disposed.</param>
    /// <param name="name">Name of the layer in messages.</param>
    public TarSplitStream(Stream tarSplit, IReadOnlyList<DirectoryHandle> layers, string name)
    {
        _split = new TarSplitReader(tarSplit, $"the tar-split of {name}");
        _layers = layers;
        _name = name;
    }

    /// <summary>Number of bytes of the tar read so far; cannot be set.</summary>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="BuildSharpException">A file is missing, or changed since the layer was stored.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (true)
        {
            if (!_segment.IsEmpty)
            {
                var length = Math.Min(buffer.Length, _segment.Length);
                _segment.Span[..length].CopyTo(buffer);
                _segment = _segment[length..];
                _position += length;
                return length;
            }

            if (_file is not null)
            {
                return ReadFile(buffer);
            }

            if (!_split.TryRead(out _line))
            {
                return 0;
            }

            _segment = _line.Segment;
            if (_line.Name is not null && _line.Size > 0)
            {
                _file = OpenFile(_line.Name);
                _fileRemaining = _line.Size;
                _crc.Reset();
            }
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file?.Dispose();
            _split.Dispose();
        }

        base.Dispose(disposing);
    }

    private int ReadFile(Span<byte> buffer)
    {
        var read = FileDescriptor.Read(_file!, buffer[..(int)Math.Min(buffer.Length, _fileRemaining)]);
        if (read == 0)
        {
            throw Changed("it is shorter");
        }

        _crc.Append(buffer[..read]);
        _fileRemaining -= read;
        _position += read;
        if (_fileRemaining == 0)
        {
            if (_crc.GetCurrentHashAsUInt64() != _line.Crc)
            {
                throw Changed("its checksum differs");
            }

            _file!.Dispose();
            _file = null;
        }

        return read;
    }

    private SafeFileHandle OpenFile(byte[] name)
    {
        var path = LayerPath.Clean(name);
        foreach (var layer in _layers)
        {
            try
            {
                // Non-blocking, because a pipe may have replaced the file and opening it would wait for a writer.
                if (layer.TryOpenFile(path, OpenFlags.ReadOnly | OpenFlags.NoFollow | OpenFlags.NonBlocking) is { } file)
                {
                    return RequireLength(file);
                }
            }
            catch (LinuxException failure) when (failure.Errno is Errno.ELOOP)
            {
                throw Changed("it is no regular file any more");
            }
        }

        throw Changed("it is missing");
    }

    /// <summary>Refuses a file of another length. A file that only grew starts with its old content, so the checksum would not detect
    /// it.</summary>
    private SafeFileHandle RequireLength(SafeFileHandle file)
    {
        var length = FileDescriptor.Stat(file).Size;
        if (length <= _line.Size)
        {
            return file;
        }

        file.Dispose();
        throw Changed($"it has {length} bytes instead of {_line.Size}");
    }

    private BuildSharpException Changed(string how) =>
        new($"{_name}: {System.Text.Encoding.UTF8.GetString(_line.Name!)} is not what it was when the layer was stored: {how}");
}
