using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Containers.Adding;

/// <summary>Passes content on to its reader and writes it into a file on the way. The holes of a sparse file stay holes.</summary>
/// <param name="content">The content; of a sparse file with zeros for the holes.</param>
/// <param name="file">An empty file.</param>
/// <param name="extents">What is not a hole, ascending and without overlap; null when there are none.</param>
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

            // The rest of the extent comes with the next read.
            if (extent.Offset + extent.Length > end)
            {
                return;
            }
        }
    }
}
