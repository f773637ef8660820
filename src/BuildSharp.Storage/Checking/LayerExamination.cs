using BuildSharp.Linux;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>Compares layer records with the driver's files: every record has a directory and a tar-split, and every directory has a
/// record.</summary>
internal static class LayerExamination
{
    private const string TarSplit = ".tar-split.gz";

    /// <summary>File that marks a layer whose content another program provides through a mount (containers/storage,
    /// drivers/overlay).</summary>
    private const string LazyPull = "additionallayer";

    internal static IEnumerable<Finding> Examine(StoreContents store) => [.. Records(store), .. Directories(store), .. Metadata(store)];

    private static IEnumerable<Finding> Records(StoreContents store)
    {
        var unused = UnusedLayers(store);
        foreach (var layer in store.Layers.Items)
        {
            if (layer.IsIncomplete)
            {
                yield return new Finding(FindingKind.Leftover, $"layer {layer.Id} is half made or half removed")
                {
                    Remedy = new Remedy.RemoveLayer(layer.Id),
                };
                continue;
            }

            if (unused.Contains(layer.Id))
            {
                yield return new Finding(FindingKind.Leftover, $"layer {layer.Id} is used by no image and no container")
                {
                    Remedy = new Remedy.RemoveLayer(layer.Id),
                };
                continue;
            }

            foreach (var problem in Problems(store, layer))
            {
                yield return store.UserOf(layer.Id) is null && store.Layers.Items.All(other => other.Parent != layer.Id)
                    ? new Finding(FindingKind.Leftover, $"layer {layer.Id} is used by nobody, and {problem}")
                    {
                        Remedy = new Remedy.RemoveLayer(layer.Id),
                    }
                    : new Finding(FindingKind.Damage, $"{store.TitleOfLayer(layer.Id)}: {problem}")
                    {
                        Remedy = new Remedy.Discard(RecordKind.Layer, layer.Id),
                    };
            }
        }
    }

    /// <summary>Layers that nothing uses and that are too old to belong to a running command, or whose directory is only the old name of
    /// another layer's. A layer with a name counts as used.</summary>
    private static HashSet<string> UnusedLayers(StoreContents store)
    {
        var oldest = store.Now - store.Options.UnusedLayerAge;
        var needed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var layer in store.Layers.Items.Where(layer => store.UserOf(layer.Id) is null && !layer.IsIncomplete && !MayGo(layer)))
        {
            needed.UnionWith(store.Chain(layer.Id).Select(one => one.Id));
        }

        return [.. store.Layers.Items.Where(layer => store.UserOf(layer.Id) is null && !needed.Contains(layer.Id)).Select(layer => layer.Id)];

        bool MayGo(StoredLayer layer) => layer.Names.Count == 0
            && (layer.Created.ToDateTimeOffset() <= oldest || store.Driver.NewIdOf(layer.Id) is not null);
    }

    private static IEnumerable<string> Problems(StoreContents store, StoredLayer layer)
    {
        var directory = store.LayerDirectory(layer.Id);
        if (store.Driver.LinkInPlaceOf(layer.Id) is { } link && !File.Exists(Path.Combine(directory, LazyPull)))
        {
            yield return $"{link} is a link, in the place of a directory";
        }
        else if (!Directory.Exists(directory))
        {
            yield return $"{directory} is missing";
        }
        else if (Path.Combine(directory, store.Driver.ContentDirectory) is var content && !Directory.Exists(content))
        {
            yield return $"{content} is missing";
        }

        if (!layer.DiffId.IsDefault && layer.TocDigest is null && !File.Exists(store.Directories.TarSplit(layer.Id)))
        {
            yield return $"{store.Directories.TarSplit(layer.Id)} is missing";
        }

        foreach (var key in layer.BigDataNames)
        {
            var file = Path.Combine(store.Directories.Layers, layer.Id, BigDataName.FileName(key));
            if (!File.Exists(file))
            {
                yield return $"{file} is missing";
            }
        }
    }

    /// <summary>Layer directories without a record. A directory is not reported if the directory of a record is a link to it: then a
    /// commit was killed after it renamed the container's layer and before it recorded the new name.</summary>
    private static IEnumerable<Finding> Directories(StoreContents store) =>
        from entry in StoreContents.Entries(store.LayersHome)
        let id = entry.NameText
        where StoreContents.IsId(id) && store.Layers.ById(id) is null && !store.IsNamed(id) && !store.IsNewId(id)
        select new Finding(FindingKind.Leftover, $"{store.LayerDirectory(id)}: no layer has this {(entry.Type == FileType.SymbolicLink ? "link" : "directory")}")
        {
            Remedy = new Remedy.RemovePath(store.LayerDirectory(id)),
        };

    /// <summary>Files of layers outside their directories.</summary>
    private static IEnumerable<Finding> Metadata(StoreContents store)
    {
        foreach (var name in StoreContents.Entries(store.Directories.Layers).Select(entry => entry.NameText))
        {
            var id = name.EndsWith(TarSplit, StringComparison.Ordinal) ? name[..^TarSplit.Length] : name;
            if (StoreContents.IsId(id) && store.Layers.ById(id) is null && !store.IsNamed(id))
            {
                var path = Path.Combine(store.Directories.Layers, name);
                yield return new Finding(FindingKind.Leftover, $"{path}: belongs to no layer") { Remedy = new Remedy.RemovePath(path) };
            }
        }
    }
}
