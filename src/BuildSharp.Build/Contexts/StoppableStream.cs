using BuildSharp.Oci.Layers;

namespace BuildSharp.Build.Contexts;

/// <summary>Reads on until somebody asks to stop: what works through it, synchronously, then ends at the next read.</summary>
internal sealed class StoppableStream(Stream inner, CancellationToken cancellationToken) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return inner.Read(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
