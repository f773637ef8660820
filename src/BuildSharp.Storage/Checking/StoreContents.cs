using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>A store as it is while its locks are held: what the examinations look at.</summary>
internal sealed class StoreContents
{
    private Dictionary<string, string>? _users;
    private HashSet<string>? _named;
    private HashSet<string>? _newIds;

    internal required StoreDirectories Directories { get; init; }

    internal required IGraphDriver Driver { get; init; }

    internal required RecordSet<StoredLayer> Layers { get; init; }

    internal required RecordSet<StoredImage> Images { get; init; }

    internal required RecordSet<StoredContainer> Containers { get; init; }

    /// <summary>Layers that layers of this store may stand on though they lie in an additional one.</summary>
    internal required RecordSet<StoredLayer> LayersElsewhere { get; init; }

    /// <summary>Images of additional stores, which a container may be made from.</summary>
    internal required RecordSet<StoredImage> ImagesElsewhere { get; init; }

    internal required IReadOnlyList<MountCount> Mounts { get; init; }

    internal required CheckOptions Options { get; init; }

    /// <summary>The time now.</summary>
    internal required DateTimeOffset Now { get; init; }

    internal string LayersHome => Directories.LayersHome;

    /// <summary>The driver's directories of this store and of the additional ones.</summary>
    internal required IReadOnlyList<string> Homes { get; init; }

    internal string LayerDirectory(string id) => Path.Combine(LayersHome, id);

    internal StoredLayer? Layer(string id) => Layers.ById(id) ?? LayersElsewhere.ById(id);

    /// <summary>The layer and those below it, as far as the records go; ends at a circle.</summary>
    internal IEnumerable<StoredLayer> Chain(string? id)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var next = id; next is not null && seen.Add(next) && Layer(next) is { } layer; next = layer.Parent)
        {
            yield return layer;
        }
    }

    /// <summary>Who would miss the layer: an image or a container that stands on it; null when nobody does.</summary>
    internal string? UserOf(string layerId) => (_users ??= FindUsers()).GetValueOrDefault(layerId);

    /// <summary>Whether a record names the layer, also where the layer has no record of its own: then its files are not ours to remove.</summary>
    internal bool IsNamed(string layerId) => (_named ??=
    [
        .. Layers.Items.Select(layer => layer.Parent).OfType<string>(),
        .. Images.Items.SelectMany(image => image.MappedLayers.Append(image.TopLayer)).OfType<string>(),
        .. Containers.Items.Select(container => container.LayerId),
    ]).Contains(layerId);

    /// <summary>Whether the id is the new one of a layer that a killed commit renamed and did not record: its files are that layer's.</summary>
    internal bool IsNewId(string layerId) => (_newIds ??=
    [
        .. Entries(LayersHome).Where(entry => entry.Type == FileType.SymbolicLink && Layers.ById(entry.NameText) is not null)
            .Select(entry => Driver.NewIdOf(entry.NameText)).OfType<string>(),
    ]).Contains(layerId);

    /// <summary>How an image is called in messages.</summary>
    internal static string Title(StoredImage image) => image.Names.Count > 0 ? $"image {image.Names[0]} ({image.Id})" : $"image {image.Id}";

    /// <inheritdoc cref="Title(StoredImage)"/>
    internal static string Title(StoredContainer container) =>
        container.Names.Count > 0 ? $"container {container.Names[0]} ({container.Id})" : $"container {container.Id}";

    /// <summary>How a layer is called in messages: with one of those who need it.</summary>
    internal string TitleOfLayer(string id) => UserOf(id) is { } user ? $"layer {id} of {user}" : $"layer {id}";

    internal static bool IsId(string name) => name.Length == 64 && !name.AsSpan().ContainsAnyExcept("0123456789abcdef");

    /// <summary>Names and types in a directory; none when it is missing, or something else is in its place: then what should be in it is
    /// missing, and that is told.</summary>
    internal static IReadOnlyList<NamedEntry> Entries(string path)
    {
        try
        {
            using var directory = DirectoryHandle.TryOpen(path);
            return directory?.ReadEntries() ?? [];
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOTDIR or Errno.ELOOP)
        {
            return [];
        }
    }

    private Dictionary<string, string> FindUsers()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var image in Images.Items)
        {
            foreach (var top in image.MappedLayers.Append(image.TopLayer))
            {
                Mark(top, Title(image));
            }
        }

        foreach (var container in Containers.Items)
        {
            Mark(container.LayerId, Title(container));
        }

        return found;

        void Mark(string? top, string user)
        {
            foreach (var layer in Chain(top))
            {
                if (!found.TryAdd(layer.Id, user))
                {
                    break;
                }
            }
        }
    }
}
