namespace BuildSharp.Oci;

/// <summary>Media types of images in both formats (OCI image-spec, media-types.md; Docker image manifest version 2, schema 2).</summary>
/// <remarks>Unknown types are preserved when copied. Compression is detected from the content, not from the media type.</remarks>
public static class MediaType
{
    /// <summary>An OCI image manifest.</summary>
    public const string OciManifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>An OCI image index.</summary>
    public const string OciIndex = "application/vnd.oci.image.index.v1+json";

    /// <summary>An OCI image config.</summary>
    public const string OciConfig = "application/vnd.oci.image.config.v1+json";

    /// <summary>An OCI layer, plain tar.</summary>
    public const string OciLayer = "application/vnd.oci.image.layer.v1.tar";

    /// <summary>An OCI layer, gzip.</summary>
    public const string OciLayerGzip = OciLayer + "+gzip";

    /// <summary>An OCI layer, zstd.</summary>
    public const string OciLayerZstd = OciLayer + "+zstd";

    /// <summary>An OCI layer that must not be pushed to public registries, plain tar; deprecated, read and copied.</summary>
    public const string OciLayerNondistributable = "application/vnd.oci.image.layer.nondistributable.v1.tar";

    /// <summary>The empty JSON object that artifacts use in place of a config.</summary>
    public const string OciEmpty = "application/vnd.oci.empty.v1+json";

    /// <summary>A Docker schema 2 manifest.</summary>
    public const string DockerManifest = "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>A Docker manifest list.</summary>
    public const string DockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json";

    /// <summary>A Docker image config.</summary>
    public const string DockerConfig = "application/vnd.docker.container.image.v1+json";

    /// <summary>A Docker layer, plain tar.</summary>
    public const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar";

    /// <summary>A Docker layer, gzip.</summary>
    public const string DockerLayerGzip = DockerLayer + ".gzip";

    /// <summary>A Docker layer, zstd: unofficial, only read.</summary>
    public const string DockerLayerZstd = DockerLayer + ".zstd";

    /// <summary>A Docker layer that is fetched from another address, plain tar.</summary>
    public const string DockerLayerForeign = "application/vnd.docker.image.rootfs.foreign.diff.tar";

    /// <summary>A Docker schema 1 manifest without signature; recognised only to refuse it.</summary>
    public const string DockerSchema1 = "application/vnd.docker.distribution.manifest.v1+json";

    /// <summary>A Docker schema 1 manifest with signature; recognised only to refuse it.</summary>
    public const string DockerSchema1Signed = "application/vnd.docker.distribution.manifest.v1+prettyjws";

    /// <summary>Suffix of an encrypted layer's type.</summary>
    public const string EncryptedSuffix = "+encrypted";

    /// <summary>Whether the type is that of an index or manifest list.</summary>
    public static bool IsIndex(string? mediaType) => mediaType is OciIndex or DockerManifestList;

    /// <summary>Whether the type is that of an image manifest in either format.</summary>
    public static bool IsManifest(string? mediaType) => mediaType is OciManifest or DockerManifest;

    /// <summary>Whether the type is one of Docker's.</summary>
    public static bool IsDocker(string? mediaType) => mediaType?.StartsWith("application/vnd.docker.", StringComparison.Ordinal) == true;
}
