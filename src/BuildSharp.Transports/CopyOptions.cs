using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Transports;

/// <summary>Changes to an image while it is copied.</summary>
public sealed record CopyOptions
{
    /// <summary>Compression of the layers at the destination, <see cref="CompressionKind.None"/> to decompress them; null for what the
    /// destination prefers.</summary>
    public CompressionKind? Compression { get; init; }

    /// <summary>Compression level; null for the default of the format.</summary>
    public int? Level { get; init; }

    /// <summary>Whether uncompressed layers stay uncompressed even if the destination prefers compressed ones.</summary>
    public bool KeepPlain { get; init; }

    /// <summary>Whether to recompress a layer whose compression differs from <see cref="Compression"/>.</summary>
    public bool ForceCompression { get; init; } = true;

    /// <summary>Manifest type to write (<see cref="MediaType.OciManifest"/> or <see cref="MediaType.DockerManifest"/>); null to keep the
    /// source's when the destination can hold it.</summary>
    public string? Format { get; init; }

    /// <summary>Whether to fail rather than write a manifest with another digest. Layers then stay as they are.</summary>
    public bool PreserveDigests { get; init; }

    /// <summary>Receives a line for each decision, possibly from several threads; null to report nothing.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>Receives what the user should know of the result; null to report nothing.</summary>
    public IProgress<string>? Warnings { get; init; }

    /// <summary>Receives each layer's bytes as they are read from the source; null to report nothing.</summary>
    public IProgressSink? Progress { get; init; }

    /// <summary>Image to choose from an index; null for the host's platform.</summary>
    public Platform? Platform { get; init; }
}

/// <summary>Result of a copy.</summary>
/// <param name="Manifest">The manifest at the destination.</param>
/// <param name="ConfigDigest">Digest of the config; its hex part is the image ID.</param>
public sealed record CopyResult(ManifestBlob Manifest, Digest ConfigDigest);

/// <summary>Progress of a copy.</summary>
/// <param name="Step">Kind of event.</param>
/// <param name="Blob">The blob concerned: as at the source when a layer starts, else as written.</param>
public sealed record CopyEvent(CopyStep Step, Descriptor Blob)
{
    /// <summary>For <see cref="CopyStep.LayerDone"/>: the layer at the source.</summary>
    public Descriptor? Source { get; init; }

    /// <summary>For <see cref="CopyStep.Instance"/>: number of the image in the list, from 1.</summary>
    public int Number { get; init; }

    /// <summary>For <see cref="CopyStep.List"/> and <see cref="CopyStep.Instance"/>: number of images to copy.</summary>
    public int Count { get; init; }

    /// <summary>For <see cref="CopyStep.List"/>: number of images in the list at the source.</summary>
    public int ListCount { get; init; }
}

/// <summary>Kinds of <see cref="CopyEvent"/>.</summary>
public enum CopyStep
{
    /// <summary>The copy of a layer starts.</summary>
    LayerStarted,

    /// <summary>The destination already had the layer.</summary>
    LayerReused,

    /// <summary>A layer has been written.</summary>
    LayerDone,

    /// <summary>The config has been written.</summary>
    Config,

    /// <summary>The manifest has been written; for a single image, the image is now visible.</summary>
    Manifest,

    /// <summary>The copy of a list starts.</summary>
    List,

    /// <summary>The copy of one image of a list starts; the descriptor is its entry in the list.</summary>
    Instance,

    /// <summary>The list has been written and is visible.</summary>
    ListManifest,
}
