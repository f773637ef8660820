namespace BuildSharp.Oci.Layers.Compression;

/// <summary>How a layer's tar is compressed.</summary>
public enum CompressionKind
{
    /// <summary>No compression: a plain tar.</summary>
    None,

    /// <summary>gzip, which every engine supports.</summary>
    Gzip,

    /// <summary>bzip2; only read, because it has no layer media type.</summary>
    Bzip2,

    /// <summary>xz; only read, because it has no layer media type.</summary>
    Xz,

    /// <summary>Zstandard; smaller and faster than gzip, but without a media type in Docker manifests.</summary>
    Zstd,
}
