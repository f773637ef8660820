using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Containers.Adding;

/// <summary>Passes content on to who reads it and writes it into a file on the way.</summary>
internal sealed class CopyingReader(Stream content, SafeFileHandle file, CancellationToken cancellation) : ReadOnlyStream
{
    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        var read = content.Read(buffer);
        FileDescriptor.Write(file, buffer[..read]);
        return read;
    }
}
