using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Transports.Docker;

/// <summary>Content of a blob of <see cref="OriginalLayers"/>. Its failures are of a type of their own, because the copy can do without
/// that blob, while a failure of the destination ends it.</summary>
internal sealed class OriginalLayerStream(Stream content) : ReadOnlyStream
{
    /// <inheritdoc/>
    /// <exception cref="OriginalLayerException">The registry did not send the blob to its end, or sent other bytes.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return content.Read(buffer);
        }
        catch (BuildSharpException failure)
        {
            throw new OriginalLayerException(failure.Message, failure);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }

        base.Dispose(disposing);
    }
}
