using System.Diagnostics;
using System.Globalization;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Registry.Connections;

/// <summary>Content of a response. A read fails when a minute of waiting for the server brought almost nothing; the whole content has no
/// time limit.</summary>
/// <param name="inner">The content.</param>
/// <param name="patience">How long may be waited for <see cref="Least"/> bytes.</param>
internal sealed class PatientStream(Stream inner, TimeSpan patience) : ReadOnlyStream
{
    /// <summary>Number of bytes that must arrive in that time, so that a server cannot hold a command with a byte now and then.</summary>
    public const int Least = 64;

    /// <summary>The time for the content of a response.</summary>
    public static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Since the last time that enough had arrived. The time in which nobody reads does not count.
    private TimeSpan _waited;
    private int _arrived;

    /// <inheritdoc/>
    /// <remarks>Content of the network is read asynchronously only.</remarks>
    public override int Read(Span<byte> buffer) => throw new NotSupportedException();

    /// <inheritdoc/>
    /// <exception cref="TimeoutException">Too little arrived in the time.</exception>
    /// <exception cref="HttpIOException">The connection broke.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var begin = Stopwatch.GetTimestamp();
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        impatience.CancelAfter(patience > _waited ? patience - _waited : TimeSpan.Zero);
        try
        {
            var read = await inner.ReadAsync(buffer, impatience.Token).ConfigureAwait(false);
            Count(read, Stopwatch.GetElapsedTime(begin));
            return read;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(string.Create(
                CultureInfo.InvariantCulture, $"{(_arrived == 0 ? "nothing" : $"less than {Least} bytes")} came for {patience.TotalSeconds} seconds"));
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

    private void Count(int read, TimeSpan waited)
    {
        _arrived += read;
        _waited += waited;
        if (_arrived >= Least)
        {
            (_arrived, _waited) = (0, TimeSpan.Zero);
        }
    }
}
