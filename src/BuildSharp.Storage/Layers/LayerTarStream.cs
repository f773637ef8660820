using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Layers;

namespace BuildSharp.Transports.ContainersStorage;

/// <summary>Tar stream of a stored layer. Disposing it releases the layer in the store.</summary>
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
