using BuildSharp.Linux;
using BuildSharp.Storage.Drivers;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>Content of a store while its locks are held; input of all examinations.</summary>
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

    /// <summary>Layers of additional stores, on which layers of this store may be based.</summary>
    internal required RecordSet<StoredLayer> LayersElsewhere { get; init; }

    /// <summary>Images of additional stores, from which containers may be made.</summary>
    internal required RecordSet<StoredImage> ImagesElsewhere { get; init; }

    internal required IReadOnlyList<MountCount> Mounts { get; init; }

    internal required CheckOptions Options { get; init; }

    /// <summary>Time of the examination.</summary>
    internal required DateTimeOffset Now { get; init; }

    internal string LayersHome => Directories.LayersHome;

    /// <summary>Home directories of the driver in this store and in the additional stores.</summary>
    internal required IReadOnlyList<string> Homes { get; init; }

    internal string LayerDirectory(string id) => Path.Combine(LayersHome, id);

    internal StoredLayer? Layer(string id) => Layers.ById(id) ?? LayersElsewhere.ById(id);

    /// <summary>The layer and its ancestors, as far as records exist. Stops at a cycle.</summary>
    internal IEnumerable<StoredLayer> Chain(string? id)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var next = id; next is not null && seen.Add(next) && Layer(next) is { } layer; next = layer.Parent)
        {
            yield return layer;
        }
    }

    /// <summary>Title of an image or a container that depends on the layer; null when there is none.</summary>
    internal string? UserOf(string layerId) => (_users ??= FindUsers()).GetValueOrDefault(layerId);

    /// <summary>Whether a record names the layer. The files of such a layer are not removed, even when the layer itself has no
    /// record.</summary>
    internal bool IsNamed(string layerId) => (_named ??=
    [
        .. Layers.Items.Select(layer => layer.Parent).OfType<string>(),
        .. Images.Items.SelectMany(image => image.MappedLayers.Append(image.TopLayer)).OfType<string>(),
        .. Containers.Items.Select(container => container.LayerId),
    ]).Contains(layerId);

    /// <summary>Whether a killed commit renamed a layer to this id and did not record it. The files still belong to the layer with the old
    /// id.</summary>
    internal bool IsNewId(string layerId) => (_newIds ??=
    [
        .. Entries(LayersHome).Where(entry => entry.Type == FileType.SymbolicLink && Layers.ById(entry.NameText) is not null)
            .Select(entry => Driver.NewIdOf(entry.NameText)).OfType<string>(),
    ]).Contains(layerId);

    /// <summary>Name of an image in messages.</summary>
    internal static string Title(StoredImage image) => image.Names.Count > 0 ? $"image {image.Names[0]} ({image.Id})" : $"image {image.Id}";

    /// <inheritdoc cref="Title(StoredImage)"/>
    internal static string Title(StoredContainer container) =>
        container.Names.Count > 0 ? $"container {container.Names[0]} ({container.Id})" : $"container {container.Id}";

    /// <summary>Name of a layer in messages, with an image or a container that uses it.</summary>
    internal string TitleOfLayer(string id) => UserOf(id) is { } user ? $"layer {id} of {user}" : $"layer {id}";

    internal static bool IsId(string name) => name.Length == 64 && !name.AsSpan().ContainsAnyExcept("0123456789abcdef");

    /// <summary>Names and types in a directory. Empty when the directory is missing or another kind of file has its name: the expected
    /// content is then reported as missing.</summary>
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
