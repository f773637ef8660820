using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Containers.Adding.Archives;

/// <summary>A stream that writes to a file what its reader reads. Holes of a sparse file stay holes.</summary>
/// <param name="content">The content, with zeros for the holes of a sparse file.</param>
/// <param name="file">An empty file.</param>
/// <param name="extents">Extents with data, ascending and without overlap; null when the file is not sparse.</param>
/// <param name="cancellation">Stops the copy at the next read.</param>
internal sealed class CopyingReader(
    Stream content, SafeFileHandle file, IReadOnlyList<SparseExtent>? extents, CancellationToken cancellation) : ReadOnlyStream
{
    private long _position;
    private int _extent;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        cancellation.ThrowIfCancellationRequested();
        var read = content.Read(buffer);
        if (extents is null)
        {
            FileDescriptor.Write(file, buffer[..read]);
        }
        else
        {
            WriteExtents(buffer[..read], extents);
        }

        _position += read;
        return read;
    }

    private void WriteExtents(ReadOnlySpan<byte> bytes, IReadOnlyList<SparseExtent> stored)
    {
        var end = _position + bytes.Length;
        for (; _extent < stored.Count && stored[_extent].Offset < end; _extent++)
        {
            var extent = stored[_extent];
            var from = Math.Max(_position, extent.Offset);
            var to = Math.Min(end, extent.Offset + extent.Length);
            if (from < to)
            {
                FileDescriptor.WriteAt(file, bytes[(int)(from - _position)..(int)(to - _position)], from);
            }

            // The extent continues in the next read.
            if (extent.Offset + extent.Length > end)
            {
                return;
            }
        }
    }
}
