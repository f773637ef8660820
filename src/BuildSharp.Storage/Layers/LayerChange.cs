using BuildSharp.Linux;
using BuildSharp.Storage.Containers;
using BuildSharp.Storage.Diffs;
using BuildSharp.Storage.Drivers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Layers;

/// <summary>Open directories of a layer, and of the layers below as far as needed, from which the layer's changes are determined.</summary>
internal sealed class LayerChange : IDisposable
{
    private readonly IGraphDriver _driver;
    private readonly IReadOnlyList<DirectoryHandle> _handles;

    private readonly Action? _release;

    private LayerChange(IGraphDriver driver, IReadOnlyList<DirectoryHandle> handles, LayerDiff diff, Action? release = null)
    {
        _driver = driver;
        _release = release;
        _handles = handles;
        Diff = diff;
    }

    /// <summary>The layer's own directory.</summary>
    internal DirectoryHandle Own => _handles[0];

    internal LayerDiff Diff { get; }

    internal static LayerChange Open(IGraphDriver driver, StoredLayer layer, LayerDiffOptions options)
    {
        var handles = new List<DirectoryHandle>();
        try
        {
            handles.Add(DirectoryHandle.Open(driver.ContentPath(layer.Id)));
            if (!driver.KeepsWholeTrees)
            {
                handles.AddRange(driver.ContentPaths(layer.Id).Skip(1).Select(DirectoryHandle.Open));
                return new LayerChange(driver, handles, LayerDiff.OfOverlay(handles[0], handles[1..], options));
            }

            if (layer.Parent is null)
            {
                return new LayerChange(driver, handles, LayerDiff.OfWhole(handles[0], options));
            }

            handles.Add(DirectoryHandle.Open(driver.ContentPath(layer.Parent)));
            return new LayerChange(driver, handles, LayerDiff.Between(handles[0], handles[1], options));
        }
        catch (LinuxException e)
        {
            handles.ForEach(handle => handle.Dispose());
            throw StoreErrors.Describe(e, "read", driver.ContentPath(layer.Id));
        }
    }

    /// <summary>Compares the layer's files with its parent's, both mounted, whatever the driver keeps of them.</summary>
    internal static LayerChange OpenCompared(LayerStore layers, IGraphDriver driver, StoredLayer layer, LayerDiffOptions options)
    {
        var mounted = new Stack<string>();
        var handles = new List<DirectoryHandle>();
        void Release()
        {
            while (mounted.TryPop(out var id))
            {
                layers.Unmount(id);
            }
        }

        DirectoryHandle OpenMounted(string id, bool isReadOnly)
        {
            var path = layers.Mount(id, new LayerMountOptions { IsReadOnly = isReadOnly, FollowsElsewhere = true });
            mounted.Push(id);
            handles.Add(DirectoryHandle.Open(path));
            return handles[^1];
        }

        try
        {
            var tree = OpenMounted(layer.Id, isReadOnly: false);
            var diff = layer.Parent is { } id ? LayerDiff.Between(tree, OpenMounted(id, isReadOnly: true), options) : LayerDiff.OfWhole(tree, options);
            return new LayerChange(driver, handles, diff, Release);
        }
        catch
        {
            handles.ForEach(handle => handle.Dispose());
            Release();
            throw;
        }
    }

    /// <summary>Copies the layer's files to a directory, as if its tar were unpacked there.</summary>
    /// <param name="content">Target directory.</param>
    /// <param name="options">Paths to leave out, entries to add, and times.</param>
    /// <param name="tarSplit">Receives the tar-split; null for none.</param>
    internal LayerSummary CopyTo(DirectoryHandle content, LayerCommit options, Stream? tarSplit = null)
    {
        if (!_driver.KeepsWholeTrees)
        {
            return Diff.Write(null, tarSplit, content, _driver.Whiteouts);
        }

        // With this driver the layer's directory holds the whole tree, not only the changes.
        LayerDiff.OfWhole(Own, new LayerDiffOptions { ExcludePaths = options.ExcludePaths, Added = options.Added, IsCopy = true, Cancellation = options.Cancellation })
            .Write(null, null, content, WhiteoutFormat.None);
        if (options.ModifiedAt is not null || options.ClampTo is not null)
        {
            var times = options.ToDiffOptions(_driver.Whiteouts) with { ExcludePaths = [], Added = [] };
            (_handles is [_, var parent] ? LayerDiff.Between(content, parent, times) : LayerDiff.OfWhole(content, times)).ApplyTimes();
        }

        return Diff.Write(null, tarSplit);
    }

    public void Dispose()
    {
        foreach (var handle in _handles)
        {
            handle.Dispose();
        }

        _release?.Invoke();
    }
}
