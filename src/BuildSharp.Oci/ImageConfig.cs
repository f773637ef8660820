namespace BuildSharp.Oci;

/// <summary>The config of an image: the union of what the OCI and the Docker format can say, so that building keeps both views and an
/// image made from a Docker base loses nothing when written in Docker format again (OCI image-spec, config.md).</summary>
/// <remarks>The hash of its bytes is the image ID. A config that is only copied is never written again: keep its bytes.</remarks>
public sealed partial record ImageConfig
{
    /// <summary>Most bytes of a config that containers/image, and so buildah, podman and skopeo, read; more are neither read nor made.</summary>
    public const int SizeLimit = 4 << 20;

    /// <summary>When the image was made; null when not said.</summary>
    public Timestamp? Created { get; init; }

    /// <summary>Who made it.</summary>
    public string? Author { get; init; }

    /// <summary>Processor in GOARCH words.</summary>
    public string Architecture { get; init; } = Platform.Host.Architecture;

    /// <summary>Operating system in GOOS words.</summary>
    public string Os { get; init; } = "linux";

    /// <summary>Variant of the processor; null when it has none.</summary>
    public string? Variant { get; init; }

    /// <summary>Version of the operating system; Windows images only.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Required features of the operating system; Windows images only.</summary>
    public IReadOnlyList<string> OsFeatures { get; init; } = [];

    /// <summary>How to start a container.</summary>
    public ContainerConfig Config { get; init; } = new();

    /// <summary>The layers, lowest first, by their uncompressed content.</summary>
    public IReadOnlyList<DiffId> DiffIds { get; init; } = [];

    /// <summary>How the image came to be, oldest first.</summary>
    public IReadOnlyList<History> History { get; init; } = [];

    /// <summary>Docker: a remark of who committed it.</summary>
    public string? Comment { get; init; }

    /// <summary>Docker: version of the engine that made it.</summary>
    public string? DockerVersion { get; init; }

    /// <summary>Docker: id of the image it was made from.</summary>
    public string? Parent { get; init; }

    /// <summary>Docker: id of the container it was committed from.</summary>
    public string? Container { get; init; }

    /// <summary>Docker: the <c>container_config</c> field. Null writes <see cref="Config"/> there, as a new commit should.</summary>
    public ContainerConfig? ContainerConfigSnapshot { get; init; }

    /// <summary>What the image runs on.</summary>
    public Platform Platform => new()
    {
        Os = Os,
        Architecture = Architecture,
        Variant = Variant,
        OsVersion = OsVersion,
        OsFeatures = OsFeatures,
    };
}
