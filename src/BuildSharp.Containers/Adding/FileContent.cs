using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Containers.Adding;

/// <summary>Reads an open file from the start, independently of its position.</summary>
/// <param name="file">The file.</param>
/// <param name="cancellation">Stops the next read.</param>
/// <param name="passed">Receives the number of bytes of each read; null to report nothing.</param>
internal sealed class FileContent(SafeFileHandle file, CancellationToken cancellation = default, Action<long>? passed = null) : ReadOnlyStream
{
    private long _offset;

    /// <inheritdoc/>
    public override long Position
    {
        get => _offset;
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        var read = FileDescriptor.ReadAt(file, buffer, _offset);
        _offset += read;
        passed?.Invoke(read);
        return read;
    }
}
