using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Layers;

/// <summary>Tar stream of a layer. Disposing it releases the layer in the store.</summary>
public sealed class LayerTarStream(LayerTar tar) : ReadOnlyStream
{
    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => tar.Content.Read(buffer);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tar.Dispose();
        }

        base.Dispose(disposing);
    }
}
