using BuildSharp.Oci;

namespace BuildSharp.Containers.Committing;

/// <summary>Creates config and manifest of a new image from values. It uses neither clock nor disk, so the same input gives the same
/// bytes.</summary>
internal sealed class ImageAssembler
{
    internal const string CreatedAnnotation = "org.opencontainers.image.created";

    // Overlay in containers/storage (drivers/overlay, maxDepth) supports 128 layers; an image needs one fewer, so that a container can be
    // created on it.
    private const int MostLayers = 127;

    /// <summary>The commit.</summary>
    public required CommitRequest Request { get; init; }

    /// <summary>The container's config, with the base image's history.</summary>
    public required ImageConfig Image { get; init; }

    /// <summary>Media type of the manifest.</summary>
    public required string Format { get; init; }

    /// <summary>All layers of the new image, lowest first.</summary>
    public required IReadOnlyList<LayerBlob> Layers { get; init; }

    /// <summary>Time of the image, and of history entries without a time.</summary>
    public required Timestamp Now { get; init; }

    /// <summary>The container's annotations.</summary>
    public IEnumerable<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary>History entries to insert before the commit's.</summary>
    public IEnumerable<History> Prepended { get; init; } = [];

    /// <summary>History entries to insert after it.</summary>
    public IEnumerable<History> Appended { get; init; } = [];

    /// <summary>Name of the base image; null when it has none.</summary>
    public string? BaseName { get; init; }

    /// <summary>ID of the base image; null for scratch.</summary>
    public string? BaseId { get; init; }

    /// <summary>ID of the container; null to leave it out of the config.</summary>
    public string? ContainerId { get; init; }

    /// <summary><c>created_by</c> of the commit's history entry; null for the shell.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Comment of that entry; null for none.</summary>
    public string? HistoryComment { get; init; }

    private bool Docker => MediaType.IsDocker(Format);

    /// <summary>Creates the image.</summary>
    /// <exception cref="BuildSharpException">The base image's history does not match its layers.</exception>
    /// <exception cref="ImageTooLargeException">Config or manifest would have more bytes than tools read.</exception>
    public AssembledImage Assemble()
    {
        var config = Edit(Image) with
        {
            Created = Request.FixedTime ?? Now,
            DiffIds = [.. Layers.Select(layer => layer.DiffId)],
            // A fixed time asks for a reproducible image; the container's ID differs in each build.
            Container = Request.FixedTime is null ? ContainerId : null,
            Parent = null,
            DockerVersion = null,
            ContainerConfigSnapshot = null,
        };
        config = config with { History = OmitsHistory ? [] : MakeHistory(config) };
        CheckHistory(config);
        var configBytes = Docker ? config.ToDockerJson() : config.ToOciJson();
        CheckSize("config", configBytes.Length, ImageConfig.SizeLimit);
        var manifest = new ImageManifest
        {
            MediaType = Format,
            Config = new Descriptor
            {
                MediaType = Docker ? MediaType.DockerConfig : MediaType.OciConfig,
                Digest = Digest.Sha256(configBytes),
                Size = configBytes.Length,
            },
            Layers = [.. Layers.Select(layer => new Descriptor
            {
                // Layers are stored as uncompressed tars; copying the image to another place compresses them.
                MediaType = Docker ? MediaType.DockerLayer : MediaType.OciLayer,
                Digest = layer.DiffId.Value,
                Size = layer.Size,
            })],
            Annotations = Docker ? new Dictionary<string, string>() : Request.Annotate(Annotations, config.Created),
        };
        var manifestBytes = manifest.ToJson();
        CheckSize("manifest", manifestBytes.Length, ImageManifest.SizeLimit);
        return new AssembledImage(config, configBytes, manifestBytes, [.. Docker ? [] : Warnings(config), .. DepthWarning()]);
    }

    // Do not create an image whose documents exceed the size that other tools read.
    private static void CheckSize(string document, int size, int limit)
    {
        if (size > limit)
        {
            throw new ImageTooLargeException(
                $"the image's {document} would have {size:N0} bytes, and no tool reads more than {limit:N0}: use fewer or shorter labels, variables, annotations and history");
        }
    }

    // A history that lacks the base image's entries would not match the layers, and other tools reject it.
    private bool OmitsHistory => Request.OmitHistory || (!Request.Squash && Image.History.Count == 0 && Image.DiffIds.Count > 0);

    private ImageConfig Edit(ImageConfig image)
    {
        if (Request.Change is { } change)
        {
            image = change(image);
        }

        foreach (var name in Request.UnsetEnv)
        {
            image = BuildSharp.Containers.Configuring.ImageConfigEditor.UnsetEnv(image, name);
        }

        // The default host name is random, so buildah writes "sandbox" and no domain instead.
        if (Docker && Request.FixedTime is not null)
        {
            image = BuildSharp.Containers.Configuring.ImageConfigEditor.SetDomainname(BuildSharp.Containers.Configuring.ImageConfigEditor.SetHostname(image, "sandbox"), "");
        }

        return Request.IdentityLabel ?? Request.FixedTime is null
            ? BuildSharp.Containers.Configuring.ImageConfigEditor.SetLabel(image, CommitRequest.IdentityLabelKey, Request.Version)
            : image;
    }

    private List<History> MakeHistory(ImageConfig config)
    {
        var history = Request.Squash ? [] : config.History.ToList();
        var first = history.Count;
        History Timed(History entry) => entry with { Created = Request.FixedTime ?? entry.Created ?? Now, EmptyLayer = true };
        history.AddRange(Prepended.Select(Timed));
        history.Add(new History
        {
            Created = Request.FixedTime ?? Now,
            CreatedBy = (Request.CreatedBy ?? CreatedBy) is { Length: > 0 } createdBy ? createdBy
                : config.Config.Shell.Count > 0 ? string.Join(' ', config.Config.Shell)
                : "/bin/sh",
            Author = config.Author,
            Comment = (Request.HistoryComment ?? HistoryComment) is { Length: > 0 } comment ? comment : null,
            EmptyLayer = Request.EmptyLayer,
        });
        history.AddRange(Appended.Select(Timed));
        if (BaseId is not null && BaseName is not null && BaseName != BaseId)
        {
            var from = $"FROM {BaseName}";
            history[first] = history[first] with { Comment = history[first].Comment is { Length: > 0 } own ? $"{own} {from}" : from };
        }

        return history;
    }

    // Other tools reject an image whose history and layers do not match.
    private void CheckHistory(ImageConfig config)
    {
        var expected = config.History.Count(entry => !entry.EmptyLayer);
        if (!OmitsHistory && !Request.Squash && expected != config.DiffIds.Count)
        {
            throw new BuildSharpException(
                $"the base image's history lists {expected - (Request.EmptyLayer ? 0 : 1)} non-empty layers, but it has {config.DiffIds.Count - (Request.EmptyLayer ? 0 : 1)}; commit with --omit-history or --squash");
        }
    }

    private IEnumerable<string> DepthWarning() => Layers.Count > MostLayers
        ? [$"the image has {Layers.Count} layers; buildah 1.28 and podman 4 refuse to use an image with more than 128, and newer ones with more than 500: commit with --squash to have one"]
        : [];

    private static List<string> Warnings(ImageConfig config)
    {
        var dropped = new List<string>();
        void Check(bool present, string name)
        {
            if (present)
            {
                dropped.Add($"{name} is not supported for OCI image format and will be ignored. Must use `docker` format");
            }
        }

        Check(config.Config.OnBuild.Count > 0, "ONBUILD");
        Check(config.Config.Shell.Count > 0, "SHELL");
        Check(config.Config.Domainname.Length > 0, "DOMAINNAME");
        Check(config.Config.Hostname.Length > 0, "HOSTNAME");
        Check(config.Comment is { Length: > 0 }, "COMMENT");
        Check(config.Config.Healthcheck is not null, "HEALTHCHECK");
        return dropped;
    }
}

/// <summary>A layer as stored in an image record: an uncompressed tar.</summary>
/// <param name="DiffId">Digest of the tar.</param>
/// <param name="Size">Size of the tar in bytes.</param>
internal readonly record struct LayerBlob(DiffId DiffId, long Size);

/// <summary>Config and manifest of a new image.</summary>
/// <param name="Config">The config.</param>
/// <param name="ConfigBytes">The config as JSON; its digest is the image ID.</param>
/// <param name="ManifestBytes">The manifest as JSON.</param>
/// <param name="Warnings">Properties that the format cannot hold or that other tools cannot use.</param>
internal sealed record AssembledImage(ImageConfig Config, byte[] ConfigBytes, byte[] ManifestBytes, IReadOnlyList<string> Warnings);
