using System.IO.Pipes;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage;

// Layers as tars. No lock is held while they are read: a layer's files never change, and if the layer is removed meanwhile the
// checksums or the missing files say so.
public sealed partial class Store
{
    /// <summary>Opens a layer's exact tar, put together from its files and its tar-split; of a container's layer a fresh one.</summary>
    public LayerTar OpenLayerTar(string layerId)
    {
        return OpenLayerTar(FindLayer(layerId) ?? throw new BuildSharpException($"layer {layerId} is not in {Options.GraphRoot}"));
    }

    private LayerTar OpenLayerTar(StoredLayer layer)
    {
        var path = Path.Combine(layer.StoreRoot, $"{_driver.Name}-layers", layer.Id + ".tar-split.gz");
        if (!layer.DiffId.IsDefault && OpenTarSplit(path) is { } tarSplit)
        {
            var handles = _driver.ContentPaths(layer.Id).Select(DirectoryHandle.Open).ToList();
            var content = new TarSplitStream(tarSplit, handles, $"layer {layer.Id}");
            return new LayerTar(content, layer.DiffId, layer.DiffSize, () => handles.ForEach(handle => handle.Dispose()));
        }

        var sources = OpenDiff(layer, new LayerDiffOptions { Whiteouts = _driver.Whiteouts });
        return Produce(output => sources.Diff.Write(output), sources.Dispose);
    }

    private static FileStream? OpenTarSplit(string path)
    {
        try
        {
            return FileDescriptor.TryOpenRegular(path) is { } file ? new FileStream(file, FileAccess.Read) : null;
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "read", path);
        }
    }

    /// <summary>Opens everything that a container of the layer sees as one tar, without whiteouts.</summary>
    /// <param name="layerId">A layer of an image, or of a container.</param>
    /// <param name="options">How the entries look; null for as they are.</param>
    public LayerTar OpenFlattenedTar(string layerId, LayerDiffOptions? options = null)
    {
        var isContainer = FindLayer(layerId) is { DiffId.IsDefault: true };
        var path = isContainer ? MountCounted(layerId, new LayerMountOptions()) : MountLayer(layerId);
        try
        {
            var root = DirectoryHandle.Open(path);
            return Produce(
                output => LayerDiff.OfWhole(root, options ?? new LayerDiffOptions()).Write(output),
                () =>
                {
                    root.Dispose();
                    UnmountLayer(layerId);
                });
        }
        catch
        {
            UnmountLayer(layerId);
            throw;
        }
    }

    /// <summary>Runs a writer on another thread and gives its output to read. A failure of the writer is thrown at the reader.</summary>
    private static LayerTar Produce(Func<Stream, LayerSummary> write, Action finish)
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
}
