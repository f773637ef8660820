using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Images;

/// <summary>Parent relations between images, which no record stores. An image is the parent of another when its layers and history are a
/// prefix of the other's and no image lies between.</summary>
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

    /// <summary>The nearest parent; of several the one with the longest history. Null when there is none.</summary>
    public StoredImage? ParentOf(string imageId)
    {
        var image = _images.FirstOrDefault(candidate => candidate.Id == imageId);
        return image is null
            ? null
            : _images.Where(candidate => IsParent(candidate, image)).MaxBy(candidate => Config(candidate)!.History.Count);
    }

    /// <summary>Direct and indirect children that have the same top layer or one layer more.</summary>
    public IReadOnlyList<StoredImage> ChildrenOf(string imageId)
    {
        var image = _images.FirstOrDefault(candidate => candidate.Id == imageId);
        return image is null ? [] : [.. _images.Where(candidate => IsParent(image, candidate))];
    }

    /// <summary>Whether the image has no name and is a build step of another image.</summary>
    public bool IsIntermediate(StoredImage image) => image.Names.Count == 0 && ChildrenOf(image.Id).Count > 0;

    private bool IsParent(StoredImage parent, StoredImage child)
    {
        if (parent.Id == child.Id || child.TopLayer is null)
        {
            return false;
        }

        // Compare layers first, so that configs are read only for images whose layers match.
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
                // An image with an unreadable config has no relations. Using the image itself reports the error.
            }

            _configs[image.Id] = config;
        }

        return config;
    }
}
