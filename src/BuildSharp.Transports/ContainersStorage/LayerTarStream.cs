using BuildSharp.Oci.Layers;
using BuildSharp.Storage;

namespace BuildSharp.Transports;

/// <summary>A layer's tar that gives back what the store holds for it when it is disposed.</summary>
internal sealed class LayerTarStream(LayerTar tar) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer) => tar.Content.Read(buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tar.Dispose();
        }

        base.Dispose(disposing);
    }
}
