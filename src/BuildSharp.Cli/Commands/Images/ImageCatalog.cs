using BuildSharp.Cli.Commands.Stores;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>The images of a store with their parents, children and containers. Reads each record and config once.</summary>
internal sealed class ImageCatalog
{
    private readonly Store _store;
    private readonly Dictionary<string, ImageConfig> _configs = new(StringComparer.Ordinal);
    private HashSet<string>? _usedImages;
    private ImageTree? _tree;

    public ImageCatalog(Store store)
    {
        _store = store;
        Images = store.Images.All();
    }

    /// <summary>Every image.</summary>
    public IReadOnlyList<StoredImage> Images { get; }

    /// <summary>The image of that name or ID; null when there is none.</summary>
    public StoredImage? Find(string name) => _store.TryFindImage(name);

    /// <summary>Config of an image; an empty one for a manifest list or an unreadable config.</summary>
    public ImageConfig Config(StoredImage image)
    {
        if (_configs.TryGetValue(image.Id, out var config))
        {
            return config;
        }

        return _configs[image.Id] = ReadConfig(_store, image);
    }

    /// <summary>Like <see cref="Config"/>, for one image, without loading the list of images.</summary>
    public static ImageConfig ReadConfig(Store store, StoredImage image)
    {
        try
        {
            var manifest = ImageManifest.Parse(store.Images.ReadData(image.Id, "manifest"));
            return ImageConfig.Parse(store.Images.ReadData(image.Id, manifest.Config.Digest.ToString()));
        }
        catch (Exception error) when (error is BuildSharpException or IOException)
        {
            return new ImageConfig();
        }
    }

    /// <summary>Creation time, from the record, so that the config need not be read.</summary>
    public Timestamp Created(StoredImage image) => image.Created;

    public IReadOnlyDictionary<string, string> Labels(StoredImage image) => Config(image).Config.Labels;

    /// <summary>Digest of the manifest; null when the record has none.</summary>
    public Digest? ManifestDigest(StoredImage image) => image.ManifestDigest == default ? null : image.ManifestDigest;

    /// <summary>Size in bytes of the uncompressed layers and of the manifest and config.</summary>
    public long Size(StoredImage image) => _store.Images.Size(image);

    /// <summary>Whether the image is a manifest list.</summary>
    public bool IsList(StoredImage image)
    {
        try
        {
            return _store.ManifestLists.IsList(image);
        }
        catch (Exception error) when (error is BuildSharpException or IOException)
        {
            return false;
        }
    }

    /// <summary>Whether the image has neither a name nor a child.</summary>
    public bool IsDangling(StoredImage image) => image.Names.Count == 0 && !HasChild(image);

    /// <summary>Whether the image has no name but a child.</summary>
    public bool IsIntermediate(StoredImage image) => image.Names.Count == 0 && HasChild(image);

    /// <summary>Whether a container uses the image.</summary>
    public bool HasContainers(StoredImage image)
    {
        _usedImages ??= [.. _store.Containers.All().Select(container => container.ImageId).OfType<string>()];
        return _usedImages.Contains(image.Id);
    }

    // The tree needs every config, so it is read on the first call; callers ask only about images without a name.
    private bool HasChild(StoredImage image)
    {
        _tree ??= _store.Images.ReadTree();
        return _tree.ChildrenOf(image.Id).Count > 0;
    }
}
