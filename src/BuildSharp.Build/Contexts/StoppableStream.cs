using BuildSharp.Oci.Layers;

namespace BuildSharp.Build.Contexts;

/// <summary>Makes synchronous reading cancellable: each read fails once cancellation is requested.</summary>
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
