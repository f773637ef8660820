using System.Text;
using BuildSharp.Oci;
using BuildSharp.Storage.Diffs;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Layers;

public sealed partial class LayerStore
{
    /// <summary>Reads what is in the tar of an image's layer from its tar-split; the files themselves are not read.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="most">Greatest number of files to name.</param>
    /// <returns>Null when the layer has no tar-split, as one that was pulled in chunks.</returns>
    /// <exception cref="BuildSharpException">The tar-split is damaged.</exception>
    public LayerContents? ReadContents(StoredLayer layer, int most)
    {
        if (OpenTarSplit(TarSplitOf(layer)) is not { } file)
        {
            return null;
        }

        using var split = new TarSplitReader(file, $"tar-split of layer {layer.Id}");
        // The smallest file, and of equal ones the last, is the first to leave.
        var largest = new PriorityQueue<LayerFile, (long Size, long Place)>();
        var entries = 0L;
        while (split.TryRead(out var line))
        {
            if (line.Name is not { } name)
            {
                continue;
            }

            entries++;
            if (line.Size == 0 || (largest.Count == most && largest.Peek().Size >= line.Size))
            {
                continue;
            }

            if (largest.Count == most)
            {
                largest.Dequeue();
            }

            largest.Enqueue(new LayerFile(Encoding.UTF8.GetString(name), line.Size), (line.Size, -entries));
        }

        var files = new LayerFile[largest.Count];
        for (var index = files.Length - 1; index >= 0; index--)
        {
            files[index] = largest.Dequeue();
        }

        return new LayerContents(entries, files);
    }

    private string TarSplitOf(StoredLayer layer) => Path.Combine(layer.StoreRoot, $"{Driver.Name}-layers", layer.Id + ".tar-split.gz");
}
