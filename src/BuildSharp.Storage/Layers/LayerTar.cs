using System.IO.Pipes;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage;

/// <summary>A layer's uncompressed tar, to be read once and disposed.</summary>
public sealed class LayerTar : IDisposable
{
    private readonly Action? _finish;

    internal LayerTar(Stream content, DiffId? diffId, long? size, Action? finish = null)
    {
        Content = content;
        DiffId = diffId;
        Size = size;
        _finish = finish;
    }

    /// <summary>The bytes. Reading ends in an exception when a file of the layer is not what it was.</summary>
    public Stream Content { get; }

    /// <summary>What the bytes hash to, where it is known beforehand.</summary>
    public DiffId? DiffId { get; }

    /// <summary>How many bytes there are, where it is known beforehand.</summary>
    public long? Size { get; }

    /// <summary>Runs a writer on another thread and gives its output to read. A failure of the writer is thrown at the reader.</summary>
    /// <param name="write">Writes the tar.</param>
    /// <param name="finish">Runs when the tar is disposed and the writer has ended.</param>
    internal static LayerTar Produce(Func<Stream, LayerSummary> write, Action finish)
    {
        var input = new AnonymousPipeServerStream(PipeDirection.In);
        var output = new AnonymousPipeClientStream(PipeDirection.Out, input.ClientSafePipeHandle);
        var writing = Task.Factory.StartNew(
            () =>
            {
                using (output)
                {
                    write(output);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        return new LayerTar(new ProducedStream(input, writing), null, null, () =>
        {
            try
            {
                writing.Wait();
            }
            catch (AggregateException)
            {
                // The reader has had it already, or gave up before the end.
            }

            finish();
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Content.Dispose();
        _finish?.Invoke();
    }
}
