namespace BuildSharp.Oci;

/// <summary>The config of an image: the union of the OCI and Docker formats. An image based on a Docker image can therefore be written in
/// Docker format again without loss (OCI image-spec, config.md).</summary>
/// <remarks>The hash of the config's bytes is the image ID, so a config that is only copied must be copied as bytes.</remarks>
public sealed partial record ImageConfig
{
    /// <summary>Maximum size of a config in bytes, as in containers/image, which buildah, podman and skopeo use. Larger configs are neither
    /// read nor written.</summary>
    public const int SizeLimit = 4 << 20;

    /// <summary>Creation time; null when not stated.</summary>
    public Timestamp? Created { get; init; }

    /// <summary>Author of the image; null when not stated.</summary>
    public string? Author { get; init; }

    /// <summary>Processor architecture as a GOARCH value.</summary>
    public string Architecture { get; init; } = Platform.Host.Architecture;

    /// <summary>Operating system as a GOOS value.</summary>
    public string Os { get; init; } = "linux";

    /// <summary>Variant of the processor; null for none.</summary>
    public string? Variant { get; init; }

    /// <summary>Version of the operating system; Windows images only.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Required features of the operating system; Windows images only.</summary>
    public IReadOnlyList<string> OsFeatures { get; init; } = [];

    /// <summary>How to start a container.</summary>
    public ContainerConfig Config { get; init; } = new();

    /// <summary>Hashes of the layers' uncompressed tars, lowest first.</summary>
    public IReadOnlyList<DiffId> DiffIds { get; init; } = [];

    /// <summary>Origin of the layers, oldest first.</summary>
    public IReadOnlyList<History> History { get; init; } = [];

    /// <summary>Docker: comment of the commit.</summary>
    public string? Comment { get; init; }

    /// <summary>Docker: version of the engine that created the image.</summary>
    public string? DockerVersion { get; init; }

    /// <summary>Docker: id of the parent image.</summary>
    public string? Parent { get; init; }

    /// <summary>Docker: id of the container that was committed.</summary>
    public string? Container { get; init; }

    /// <summary>Docker: the <c>container_config</c> field. Null writes <see cref="Config"/> there, which is correct for a new
    /// commit.</summary>
    public ContainerConfig? ContainerConfigSnapshot { get; init; }

    /// <summary>Platform of the image.</summary>
    public Platform Platform => new()
    {
        Os = Os,
        Architecture = Architecture,
        Variant = Variant,
        OsVersion = OsVersion,
        OsFeatures = OsFeatures,
    };
}
