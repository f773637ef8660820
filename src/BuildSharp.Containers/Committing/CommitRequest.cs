using BuildSharp.Oci;
using BuildSharp.Storage.Records;
using BuildSharp.Transports.ContainersStorage;

namespace BuildSharp.Containers.Committing;

/// <summary>Input of a commit (buildah-commit(1)).</summary>
public sealed record CommitRequest
{
    /// <summary>Label with the version of this program.</summary>
    public const string IdentityLabelKey = "io.buildsharp.version";

    /// <summary>Full name of the image, with registry and tag; null for none.</summary>
    public string? Name { get; init; }

    /// <summary>Media type of the manifest; null for the container's.</summary>
    public string? Format { get; init; }

    /// <summary>Whether to write one layer that includes the base image's, with a new history.</summary>
    public bool Squash { get; init; }

    /// <summary>Whether only the config changed, so that no layer is added.</summary>
    public bool EmptyLayer { get; init; }

    /// <summary>Time of the image, its new history and all files in new layers; null for the current time and the files' own
    /// times.</summary>
    public Timestamp? Timestamp { get; init; }

    /// <summary>Time of the image and its new history.</summary>
    public Timestamp? SourceDateEpoch { get; init; }

    /// <summary>Whether later file times in new layers are set to <see cref="SourceDateEpoch"/>.</summary>
    public bool RewriteTimestamp { get; init; }

    /// <summary>Whether to leave the history of the image empty.</summary>
    public bool OmitHistory { get; init; }

    /// <summary>Whether to remove the container afterwards. Its layer then becomes the image's without a copy.</summary>
    public bool RemoveContainer { get; init; }

    /// <summary>Whether to set the label <c>io.buildsharp.version</c>. Null sets it unless the time is fixed: a fixed time asks for a
    /// reproducible image, independent of our version.</summary>
    public bool? IdentityLabel { get; init; }

    /// <summary>Whether an annotation records the creation time; OCI format only.</summary>
    public bool CreatedAnnotation { get; init; } = true;

    /// <summary>Variables to remove.</summary>
    public IReadOnlyList<string> UnsetEnv { get; init; } = [];

    /// <summary>Additional annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Annotations to remove.</summary>
    public IReadOnlyList<string> UnsetAnnotations { get; init; } = [];

    /// <summary>Local files to add to the image's new layer, but not to the container: from path in the image to path on this machine.
    /// Their owner is root, their mode 0644; links in the path are resolved inside the container.</summary>
    public IReadOnlyDictionary<string, string> AddedFiles { get; init; } = new Dictionary<string, string>();

    /// <summary>Change to the config of this image, applied last (<c>--change</c>, <c>--config</c>); null for none.</summary>
    public Func<ImageConfig, ImageConfig>? Change { get; init; }

    /// <summary><c>created_by</c> of the history entry; null for the container's.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Comment of the history entry; null for the container's.</summary>
    public string? HistoryComment { get; init; }

    /// <summary>Program version for the identity label.</summary>
    public string Version { get; init; } = BuildSharpVersion.Number;

    /// <summary>Time for new history entries; null for the current time.</summary>
    internal Timestamp? FixedTime => Timestamp ?? SourceDateEpoch;

    /// <summary>The annotations of the image that this request produces.</summary>
    /// <param name="container">Annotations of the container.</param>
    /// <param name="created">Creation time of the image.</param>
    public IReadOnlyDictionary<string, string> Annotate(IEnumerable<KeyValuePair<string, string>> container, Timestamp? created)
    {
        var annotations = new Dictionary<string, string>(container, StringComparer.Ordinal);
        if (CreatedAnnotation && created is { } time)
        {
            annotations[ImageAssembler.CreatedAnnotation] = time.ToString();
        }

        foreach (var (key, value) in Annotations)
        {
            annotations[key] = value;
        }

        foreach (var key in UnsetAnnotations)
        {
            annotations.Remove(key);
        }

        return WithoutEmptyBase(annotations);
    }

    /// <summary>Removes the annotations that name the base image when they are empty, as buildah writes them for an image without
    /// base.</summary>
    public static IReadOnlyDictionary<string, string> WithoutEmptyBase(IEnumerable<KeyValuePair<string, string>> annotations) => annotations
        .Where(annotation => annotation.Value.Length > 0 || annotation.Key is not (WorkingContainer.BaseNameAnnotation or WorkingContainer.BaseDigestAnnotation))
        .ToDictionary(StringComparer.Ordinal);
}

/// <summary>What a commit would make, without an image in the store.</summary>
/// <param name="Source">The image, for a copy to another place. Its last layer is made of the container's files while it is read.</param>
/// <param name="Id">ID of the image: hex part of its config's digest.</param>
/// <param name="Manifest">Its manifest, with uncompressed layers.</param>
/// <param name="Warnings">Properties that the format cannot hold and that were dropped, one line each.</param>
public sealed record UnstoredImage(UnstoredImageSource Source, string Id, ReadOnlyMemory<byte> Manifest, IReadOnlyList<string> Warnings);

/// <summary>Result of a commit.</summary>
/// <param name="Image">The image in the store.</param>
/// <param name="ManifestDigest">Digest of its manifest.</param>
/// <param name="Warnings">Properties that the format cannot hold and that were dropped, one line each.</param>
public sealed record CommitOutcome(StoredImage Image, Digest ManifestDigest, IReadOnlyList<string> Warnings);
