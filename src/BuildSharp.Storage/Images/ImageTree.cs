using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>Which image was built on which. No record says so: an image is a parent when its layers and its history
/// are the beginning of the other's, and nothing lies between.</summary>
public sealed class ImageTree
{
    private readonly IReadOnlyList<StoredImage> _images;
    private readonly RecordSet<StoredLayer> _layers;
    private readonly Func<string, string, byte[]?> _readData;
    private readonly Dictionary<string, ImageConfig?> _configs = new(StringComparer.Ordinal);

    internal ImageTree(IReadOnlyList<StoredImage> images, RecordSet<StoredLayer> layers, Func<string, string, byte[]?> readData)
    {
        _images = images;
        _layers = layers;
        _readData = readData;
    }

    /// <summary>The nearest parent: of several the one with the longest history; null when there is none.</summary>
    public StoredImage? ParentOf(string imageId)
    {
        var image = _images.FirstOrDefault(candidate => candidate.Id == imageId);
        return image is null
            ? null
            : _images.Where(candidate => IsParent(candidate, image)).MaxBy(candidate => Config(candidate)!.History.Count);
    }

    /// <summary>The images built directly or indirectly on it that share its top layer or stand one layer above.</summary>
    public IReadOnlyList<StoredImage> ChildrenOf(string imageId)
    {
        var image = _images.FirstOrDefault(candidate => candidate.Id == imageId);
        return image is null ? [] : [.. _images.Where(candidate => IsParent(image, candidate))];
    }

    /// <summary>Whether an image without name serves as a step of another.</summary>
    public bool IsIntermediate(StoredImage image) => image.Names.Count == 0 && ChildrenOf(image.Id).Count > 0;

    private bool IsParent(StoredImage parent, StoredImage child)
    {
        if (parent.Id == child.Id || child.TopLayer is null)
        {
            return false;
        }

        // Cheap first: only images whose layers fit have their configs read.
        var below = _layers.ById(child.TopLayer)?.Parent;
        if (parent.TopLayer != child.TopLayer && parent.TopLayer != below)
        {
            return false;
        }

        if (Config(parent) is not { } parentConfig || Config(child) is not { } childConfig)
        {
            return false;
        }

        return parentConfig.History.Count < childConfig.History.Count
            && parentConfig.History.SequenceEqual(childConfig.History.Take(parentConfig.History.Count))
            && parentConfig.DiffIds.SequenceEqual(childConfig.DiffIds.Take(parentConfig.DiffIds.Count));
    }

    private ImageConfig? Config(StoredImage image)
    {
        if (!_configs.TryGetValue(image.Id, out var config))
        {
            var key = image.BigDataNames.FirstOrDefault(name => name.StartsWith("sha256:", StringComparison.Ordinal));
            try
            {
                config = key is null || _readData(image.Id, key) is not { } json ? null : ImageConfig.Parse(json);
            }
            catch (BuildSharpException)
            {
                // A config that cannot be read has no relatives; whoever uses the image itself gets the error.
            }

            _configs[image.Id] = config;
        }

        return config;
    }
}
