using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>Compares records with each other: everything they name must exist, and exist once.</summary>
internal static class RecordExamination
{
    internal static IEnumerable<Finding> Examine(StoreContents store) =>
    [
        .. OfKind(RecordKind.Layer, "layer", store.Layers.Items),
        .. OfKind(RecordKind.Image, "image", store.Images.Items),
        .. OfKind(RecordKind.Container, "container", store.Containers.Items),
        .. Layers(store),
        .. Images(store),
        .. Containers(store),
    ];

    private static IEnumerable<Finding> OfKind<T>(RecordKind kind, string title, IReadOnlyList<T> records)
        where T : StoredRecord
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (!StoreContents.IsId(record.Id))
            {
                yield return new Finding(FindingKind.Damage, $"a record of a {title} has \"{record.Id}\" for its id");
            }
            else if (!ids.Add(record.Id))
            {
                yield return new Finding(FindingKind.Damage, $"{title} {record.Id} has two records; the first one counts");
            }

            foreach (var name in record.Names)
            {
                if (owners.TryGetValue(name, out var other) && other != record.Id)
                {
                    yield return new Finding(FindingKind.Fault, $"{title}s {other} and {record.Id} have the same name {name}; the second one keeps it")
                    {
                        Remedy = new Remedy.DropName(kind, other, name),
                    };
                }

                owners[name] = record.Id;
            }
        }
    }

    private static IEnumerable<Finding> Layers(StoreContents store)
    {
        foreach (var layer in store.Layers.Items)
        {
            var end = store.Chain(layer.Id).LastOrDefault();
            if (layer.Parent is { } parent && store.Layer(parent) is null)
            {
                yield return new Finding(FindingKind.Damage, $"{store.TitleOfLayer(layer.Id)}: its parent {parent} is missing")
                {
                    Remedy = new Remedy.Discard(RecordKind.Layer, layer.Id),
                };
            }
            else if (end?.Parent == layer.Id)
            {
                yield return new Finding(FindingKind.Damage, $"{store.TitleOfLayer(layer.Id)} stands on itself")
                {
                    Remedy = new Remedy.Discard(RecordKind.Layer, layer.Id),
                };
            }
        }
    }

    private static IEnumerable<Finding> Images(StoreContents store) =>
        from image in store.Images.Items
        from top in image.MappedLayers.Append(image.TopLayer).OfType<string>()
        where store.Layer(top) is null
        select new Finding(FindingKind.Damage, $"{StoreContents.Title(image)}: its layer {top} is missing")
        {
            Remedy = new Remedy.Discard(RecordKind.Image, image.Id),
        };

    private static IEnumerable<Finding> Containers(StoreContents store)
    {
        foreach (var container in store.Containers.Items)
        {
            if (store.Layers.ById(container.LayerId) is null)
            {
                yield return WithoutLayer(store, container);
            }
            else if (container.ImageId is { } image && store.Images.ById(image) is null && store.ImagesElsewhere.ById(image) is null)
            {
                yield return new Finding(FindingKind.Damage, $"{StoreContents.Title(container)}: its image {image} is missing")
                {
                    Remedy = new Remedy.Discard(RecordKind.Container, container.Id),
                };
            }
        }
    }

    /// <summary>A container whose layer is missing. Removing a container deletes its layer and its own files first, so without either it is
    /// the rest of a removal. One that still has files is such a rest only if a builder made it, because other tools (podman, CRI-O) have
    /// their own records of containers.</summary>
    private static Finding WithoutLayer(StoreContents store, StoredContainer container)
    {
        var remedy = new Remedy.Discard(RecordKind.Container, container.Id);
        if (Path.Exists(store.LayerDirectory(container.LayerId)))
        {
            return new Finding(
                FindingKind.Damage,
                $"{StoreContents.Title(container)}: its layer {container.LayerId} has no record, though {store.LayerDirectory(container.LayerId)} exists")
            { Remedy = remedy };
        }

        var directory = Path.Combine(store.Directories.Containers, container.Id);
        var isHalfRemoved = File.Exists(Path.Combine(directory, "userdata", "buildah.json"))
            || !Directory.Exists(directory)
            || !Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Any();
        return isHalfRemoved
            ? new Finding(FindingKind.Leftover, $"{StoreContents.Title(container)} is half removed: its layer {container.LayerId} is gone") { Remedy = remedy }
            : new Finding(FindingKind.Damage, $"{StoreContents.Title(container)}: its layer {container.LayerId} is missing") { Remedy = remedy };
    }
}
