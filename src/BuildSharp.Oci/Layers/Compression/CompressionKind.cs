namespace BuildSharp.Oci.Layers;

/// <summary>How a layer's tar is compressed.</summary>
public enum CompressionKind
{
    /// <summary>Not at all: a plain tar.</summary>
    None,

    /// <summary>gzip, what every engine reads.</summary>
    Gzip,

    /// <summary>bzip2; read only, no layer media type exists for it.</summary>
    Bzip2,

    /// <summary>xz; read only, no layer media type exists for it.</summary>
    Xz,

    /// <summary>Zstandard; smaller and faster than gzip, but not expressible in Docker manifests.</summary>
    Zstd,
}
