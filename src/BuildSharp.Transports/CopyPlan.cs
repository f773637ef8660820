using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;

namespace BuildSharp.Transports;

/// <summary>What to do with each part of an image, decided before any layer is read (as in containers/image, package copy).</summary>
internal sealed class CopyPlan
{
    private readonly ImageManifest _manifest;
    private readonly Dictionary<Digest, int> _firstIndex = [];

    private CopyPlan(ImageManifest manifest, string targetType, byte[]? newConfig, byte[] config, string configType, IReadOnlyList<LayerPlan> layers)
    {
        _manifest = manifest;
        TargetType = targetType;
        ConfigBytes = newConfig ?? config;
        ConfigDigest = newConfig is null ? manifest.Config.Digest : Digest.Sha256(newConfig);
        ConfigType = configType;
        Layers = layers;
        foreach (var layer in layers)
        {
            _firstIndex.TryAdd(BlobOf(layer), layer.Index);
        }
    }

    public string TargetType { get; }

    public byte[] ConfigBytes { get; }

    public string ConfigType { get; }

    /// <summary>Digest of the config to write. An unchanged config keeps the source's digest, which may be SHA-512.</summary>
    public Digest ConfigDigest { get; }

    public IReadOnlyList<LayerPlan> Layers { get; }

    /// <param name="manifest">The manifest at the source.</param>
    /// <param name="listed"><see cref="IImageSource.GetListedManifestAsync"/>.</param>
    /// <param name="config">The config at the source.</param>
    /// <param name="destination">The destination.</param>
    /// <param name="options">Changes to make.</param>
    public static CopyPlan Make(
        ImageManifest manifest, ManifestBlob listed, byte[] config, IImageDestination destination, CopyOptions options)
    {
        var target = TargetFor(manifest, destination, options);
        var toDocker = MediaType.IsDocker(target);
        var isImage = manifest.Config.MediaType is MediaType.OciConfig or MediaType.DockerConfig;
        if (!isImage && (toDocker || !destination.ManifestTypes.Contains(manifest.MediaType)))
        {
            throw new BuildSharpException($"{manifest.ArtifactType ?? manifest.Config.MediaType} is not a container image and cannot be converted to one");
        }

        var parsed = isImage ? ImageConfig.Parse(config) : null;
        if (parsed is not null && parsed.DiffIds.Count != manifest.Layers.Count)
        {
            throw new BuildSharpException(
                $"the image is inconsistent: its manifest has {manifest.Layers.Count} layers, its config {parsed.DiffIds.Count} diff IDs");
        }

        if (options.Compression == CompressionKind.Zstd && toDocker)
        {
            throw new BuildSharpException("zstd layers cannot be expressed in Docker manifests; use the OCI format or gzip");
        }

        var originals = parsed is null ? [] : ListedLayers(manifest, listed, target, destination.LayerWish, options);
        var layers = manifest.Layers
            .Select((layer, index) => LayerPlan.Make(layer, index, parsed?.DiffIds[index], target, destination.LayerWish, options, isImage) with
            {
                AsListed = originals.Count > 0 ? LayerPlan.OfListed(originals[index], index, parsed!.DiffIds[index]) : null,
            })
            .ToList();
        var reencode = parsed is not null && !toDocker && MediaType.IsDocker(manifest.MediaType);
        var configType = !isImage ? manifest.Config.MediaType : toDocker ? MediaType.DockerConfig : MediaType.OciConfig;
        if (options.PreserveDigests && (target != manifest.MediaType || destination.LayerWish == LayerWish.Plain))
        {
            throw new BuildSharpException(
                $"the digest of the image cannot be preserved: its manifest of type {manifest.MediaType} would be written as {target}"
                + $"{(destination.LayerWish == LayerWish.Plain ? ", with uncompressed layers" : "")}");
        }

        var plan = new CopyPlan(manifest, target, reencode ? parsed!.ToOciJson() : null, config, configType, layers);
        if (destination.RequiresSha256)
        {
            RequireSha256("config", plan.ConfigDigest);
            foreach (var (index, diffId) in (parsed?.DiffIds ?? []).Index())
            {
                RequireSha256($"layer {index + 1}", diffId.Value);
            }
        }

        return plan;
    }

    // An ID of another length makes the whole store unreadable for buildah, and layers are hashed by SHA-256 alone while they are unpacked.
    private static void RequireSha256(string part, Digest digest)
    {
        if (digest.Algorithm != "sha256")
        {
            throw new BuildSharpException($"the local store cannot hold the image: its {part} is {digest}, and IDs are sha256; build the image again with sha256 digests");
        }
    }

    /// <summary>Whether an image that was pulled could keep its manifest, if its layers are copied as they were.</summary>
    public bool MayKeepListed => Layers.Any(layer => layer.AsListed is not null);

    /// <summary>The layers to copy: the first of those that share a blob.</summary>
    public IEnumerable<LayerPlan> FirstOfEachBlob() => Layers.Where(layer => FirstIndexOf(layer) == layer.Index);

    public int FirstIndexOf(LayerPlan layer) => _firstIndex[BlobOf(layer)];

    /// <summary>Whether the source's manifest is still correct for the result, so that its bytes and digest can stay.</summary>
    public bool IsUnchanged(IReadOnlyList<Descriptor> layers, Descriptor config) =>
        TargetType == _manifest.MediaType
        && config.Digest == _manifest.Config.Digest
        && layers.Zip(_manifest.Layers).All(pair => pair.First.Digest == pair.Second.Digest && pair.First.MediaType == pair.Second.MediaType);

    public ManifestBlob MakeManifest(IReadOnlyList<Descriptor> layers, Descriptor config) =>
        (_manifest with
        {
            MediaType = TargetType,
            Config = TargetType == _manifest.MediaType
                ? _manifest.Config with { Digest = config.Digest, Size = config.Size, Data = null }
                : config,
            Layers = layers,
        }).ToBlob();

    private static Digest BlobOf(LayerPlan layer) => (layer.AsListed ?? layer).Incoming.Digest;

    // Empty unless the listed manifest describes the same image with other layers, which the destination is to hold in that form.
    private static IReadOnlyList<Descriptor> ListedLayers(
        ImageManifest manifest, ManifestBlob listed, string target, LayerWish wish, CopyOptions options)
    {
        if (listed.MediaType != target || wish != LayerWish.Compressed || options is not { Compression: null, Level: null, KeepPlain: false })
        {
            return [];
        }

        var parsed = ImageManifest.Parse(listed.Bytes.Span, listed.MediaType);
        var isSame = parsed.Config.Digest == manifest.Config.Digest && parsed.Layers.Count == manifest.Layers.Count;
        return isSame && !parsed.Layers.Select(layer => layer.Digest).SequenceEqual(manifest.Layers.Select(layer => layer.Digest)) ? parsed.Layers : [];
    }

    private static string TargetFor(ImageManifest manifest, IImageDestination destination, CopyOptions options)
    {
        var wanted = options.Format ?? manifest.MediaType;
        if (destination.ManifestTypes.Contains(wanted))
        {
            return wanted;
        }

        return options.Format is null
            ? destination.ManifestTypes[0]
            : throw new BuildSharpException($"the destination cannot hold manifests of type {wanted}, only {string.Join(", ", destination.ManifestTypes)}");
    }
}
