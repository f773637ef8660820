using System.IO.Pipes;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage.Layers;

/// <summary>A layer's uncompressed tar. Read it once, then dispose it.</summary>
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

    /// <summary>The bytes of the tar. Reading throws when a file of the layer changed since it was stored.</summary>
    public Stream Content { get; }

    /// <summary>Hash of the bytes, if known beforehand.</summary>
    public DiffId? DiffId { get; }

    /// <summary>Number of bytes, if known beforehand.</summary>
    public long? Size { get; }

    /// <summary>All files of a tree as a tar, without whiteouts and without an entry for the root.</summary>
    /// <param name="root">The tree; it must not change, and stays open until the tar is disposed.</param>
    /// <param name="options">Options of the entries.</param>
    /// <param name="finish">Runs when the tar is disposed and the last file was read.</param>
    public static LayerTar OfTree(DirectoryHandle root, LayerDiffOptions options, Action finish) =>
        Produce(output => LayerDiff.OfWhole(root, options).Write(output), finish);

    /// <summary>Runs a writer on another thread and returns its output as a stream. An exception of the writer is thrown to the
    /// reader.</summary>
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
                // The reader already got the exception, or stopped before the end.
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
