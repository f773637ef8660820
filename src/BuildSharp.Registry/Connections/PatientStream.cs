using System.Globalization;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Registry.Connections;

/// <summary>Content of a response. A read fails when nothing arrives for a minute; the whole content has no time limit.</summary>
internal sealed class PatientStream(Stream inner) : ReadOnlyStream
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    /// <remarks>Content of the network is read asynchronously only.</remarks>
    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    /// <inheritdoc/>
    /// <exception cref="TimeoutException">Nothing arrived for a minute.</exception>
    /// <exception cref="HttpIOException">The connection broke.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await inner.ReadAsync(buffer, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing came for {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds");
        }
        catch (IOException error) when (error is not HttpIOException)
        {
            // The runtime passes a reset connection on as the socket reports it.
            throw new HttpIOException(HttpRequestError.ResponseEnded, error.Message, error);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
