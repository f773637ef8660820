using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Cli.Commands;

/// <summary>The images of a store with what relates them: parents, children, containers. Each record and config is read once.</summary>
internal sealed class ImageCatalog
{
    private readonly Store _store;
    private readonly Dictionary<string, ImageConfig> _configs = new(StringComparer.Ordinal);
    private HashSet<string>? _usedImages;
    private ImageTree? _tree;

    public ImageCatalog(Store store)
    {
        _store = store;
        Images = store.Images();
    }

    /// <summary>Every image.</summary>
    public IReadOnlyList<StoredImage> Images { get; }

    /// <summary>The image of that name or ID, or null.</summary>
    public StoredImage? Find(string name) => _store.TryFindImage(name);

    /// <summary>The image's config; an empty one where it is a list or cannot be read.</summary>
    public ImageConfig Config(StoredImage image)
    {
        if (_configs.TryGetValue(image.Id, out var config))
        {
            return config;
        }

        return _configs[image.Id] = ReadConfig(_store, image);
    }

    /// <summary>As <see cref="Config"/>, of one image and without the list of all.</summary>
    public static ImageConfig ReadConfig(Store store, StoredImage image)
    {
        try
        {
            var manifest = ImageManifest.Parse(store.ReadImageData(image.Id, "manifest"));
            return ImageConfig.Parse(store.ReadImageData(image.Id, manifest.Config.Digest.ToString()));
        }
        catch (Exception error) when (error is BuildSharpException or IOException)
        {
            return new ImageConfig();
        }
    }

    /// <summary>When the image was made: the record says it without opening the config.</summary>
    public Timestamp Created(StoredImage image) => image.Created;

    /// <summary>The image's labels.</summary>
    public IReadOnlyDictionary<string, string> Labels(StoredImage image) => Config(image).Config.Labels;

    /// <summary>The digest of its manifest, if it has one.</summary>
    public Digest? ManifestDigest(StoredImage image) => image.ManifestDigest == default ? null : image.ManifestDigest;

    /// <summary>Bytes of its layers, uncompressed, and of its documents.</summary>
    public long Size(StoredImage image) => _store.ImageSize(image);

    /// <summary>Whether it is a manifest list.</summary>
    public bool IsList(StoredImage image)
    {
        try
        {
            return _store.IsManifestList(image);
        }
        catch (Exception error) when (error is BuildSharpException or IOException)
        {
            return false;
        }
    }

    /// <summary>Whether it has neither name nor child.</summary>
    public bool IsDangling(StoredImage image) => image.Names.Count == 0 && !HasChild(image);

    /// <summary>Whether it has no name and a child.</summary>
    public bool IsIntermediate(StoredImage image) => image.Names.Count == 0 && HasChild(image);

    /// <summary>Whether a container was made from it.</summary>
    public bool HasContainers(StoredImage image)
    {
        _usedImages ??= [.. _store.Containers().Select(container => container.ImageId)];
        return _usedImages.Contains(image.Id);
    }

    // Only images without a name are ever asked, so a store of named images has no config read for this.
    private bool HasChild(StoredImage image)
    {
        _tree ??= _store.ReadImageTree();
        return _tree.ChildrenOf(image.Id).Count > 0;
    }
}
