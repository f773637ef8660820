using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Transports;

/// <summary>What to change while copying an image.</summary>
public sealed record CopyOptions
{
    /// <summary>Compression to give layers, <see cref="CompressionKind.None"/> to decompress them; null for what the destination
    /// wishes.</summary>
    public CompressionKind? Compression { get; init; }

    /// <summary>Level of the compressor; null for the usual one.</summary>
    public int? Level { get; init; }

    /// <summary>Whether plain layers stay plain even where the destination wishes them compressed.</summary>
    public bool KeepPlain { get; init; }

    /// <summary>Whether a compressed layer of another algorithm than <see cref="Compression"/> is recompressed rather than kept.</summary>
    public bool ForceCompression { get; init; } = true;

    /// <summary>Manifest type to write (<see cref="MediaType.OciManifest"/> or <see cref="MediaType.DockerManifest"/>); null for the
    /// source's, if the destination can hold it.</summary>
    public string? Format { get; init; }

    /// <summary>Told what was decided, one line each; null when nobody listens. May be called from several threads.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>Which image of an index; null for this machine's.</summary>
    public Platform? Platform { get; init; }
}

/// <summary>What a copy has written.</summary>
/// <param name="Manifest">The manifest at the destination.</param>
/// <param name="ConfigDigest">Digest of its config; the hex part is the image ID.</param>
public sealed record CopyResult(ManifestBlob Manifest, Digest ConfigDigest);

/// <summary>Something that happened while copying.</summary>
/// <param name="Step">What.</param>
/// <param name="Blob">To which blob; at the start of a layer as it is at the source, else as written.</param>
public sealed record CopyEvent(CopyStep Step, Descriptor Blob)
{
    /// <summary>Of <see cref="CopyStep.Instance"/>: which image of the list it is, from 1.</summary>
    public int Number { get; init; }

    /// <summary>Of <see cref="CopyStep.List"/> and <see cref="CopyStep.Instance"/>: how many images are copied.</summary>
    public int Count { get; init; }

    /// <summary>Of <see cref="CopyStep.List"/>: how many images the list has at the source.</summary>
    public int ListCount { get; init; }
}

/// <summary>Kinds of <see cref="CopyEvent"/>.</summary>
public enum CopyStep
{
    /// <summary>A layer's bytes begin to flow.</summary>
    LayerStarted,

    /// <summary>A layer was already there.</summary>
    LayerReused,

    /// <summary>A layer has been written.</summary>
    LayerDone,

    /// <summary>The config has been written.</summary>
    Config,

    /// <summary>The manifest has been written; of a single image it is visible now.</summary>
    Manifest,

    /// <summary>The images of a list begin to be copied.</summary>
    List,

    /// <summary>One image of a list begins to be copied; the descriptor is the list's entry.</summary>
    Instance,

    /// <summary>The list has been written and is visible.</summary>
    ListManifest,
}
