using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Containers.Committing;

/// <summary>What <c>commit</c> and builds ask for (buildah-commit(1)).</summary>
public sealed record CommitRequest
{
    /// <summary>Label that says which version of this program made an image.</summary>
    public const string IdentityLabelKey = "io.buildsharp.version";

    /// <summary>Full name of the image, with registry and tag; null for an image without name.</summary>
    public string? Name { get; init; }

    /// <summary>Media type of the manifest; null for the container's own.</summary>
    public string? Format { get; init; }

    /// <summary>Whether everything, the base included, goes into one layer and history starts anew.</summary>
    public bool Squash { get; init; }

    /// <summary>Whether only the config changed, so that no layer is added.</summary>
    public bool EmptyLayer { get; init; }

    /// <summary>Time of the image, of its new history and of all files in new layers; null for now and the files' own.</summary>
    public Timestamp? Timestamp { get; init; }

    /// <summary>Time of the image and of its new history alone.</summary>
    public Timestamp? SourceDateEpoch { get; init; }

    /// <summary>Whether later times of files in new layers become <see cref="SourceDateEpoch"/>.</summary>
    public bool RewriteTimestamp { get; init; }

    /// <summary>Whether the image has no history at all.</summary>
    public bool OmitHistory { get; init; }

    /// <summary>Whether the container is removed afterwards. Its layer then becomes the image's without being copied.</summary>
    public bool RemoveContainer { get; init; }

    /// <summary>Whether the label <c>io.buildsharp.version</c> is set. Null sets it unless the time is fixed, which asks for the same bytes
    /// from every version.</summary>
    public bool? IdentityLabel { get; init; }

    /// <summary>Whether the manifest says when it was made; OCI only.</summary>
    public bool CreatedAnnotation { get; init; } = true;

    /// <summary>Variables to leave out.</summary>
    public IReadOnlyList<string> UnsetEnv { get; init; } = [];

    /// <summary>Further annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Annotations to leave out.</summary>
    public IReadOnlyList<string> UnsetAnnotations { get; init; } = [];

    /// <summary>Files of this machine that the image gets in its new layer and the container does not: from a place in the image to the
    /// file. They belong to root, with mode 0644; links on the way are followed inside the container.</summary>
    public IReadOnlyDictionary<string, string> AddedFiles { get; init; } = new Dictionary<string, string>();

    /// <summary>Last change to the config, for this image alone (<c>--change</c>, <c>--config</c>); null for none.</summary>
    public Func<ImageConfig, ImageConfig>? Change { get; init; }

    /// <summary>What the history entry says it was made by; null for what the container says.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Remark on the history entry; null for what the container says.</summary>
    public string? HistoryComment { get; init; }

    /// <summary>Version of the program for the identity label.</summary>
    public string Version { get; init; } = ProgramVersion;

    /// <summary>Time that new history gets; null for now.</summary>
    internal Timestamp? FixedTime => Timestamp ?? SourceDateEpoch;

    /// <summary>The annotations of an image that is committed so.</summary>
    /// <param name="container">The container's.</param>
    /// <param name="created">When the image is made.</param>
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

    /// <summary>The annotations without those that name the base where there is none: buildah writes them with empty values.</summary>
    public static IReadOnlyDictionary<string, string> WithoutEmptyBase(IEnumerable<KeyValuePair<string, string>> annotations) => annotations
        .Where(annotation => annotation.Value.Length > 0 || annotation.Key is not (WorkingContainer.BaseNameAnnotation or WorkingContainer.BaseDigestAnnotation))
        .ToDictionary(StringComparer.Ordinal);

    private static string ProgramVersion => typeof(CommitRequest).Assembly.GetName().Version is { } version
        ? $"{version.Major}.{version.Minor}.{version.Build}"
        : "0";
}

/// <summary>What a commit made.</summary>
/// <param name="Image">The image, in the store.</param>
/// <param name="ManifestDigest">Hash of its manifest.</param>
/// <param name="Warnings">What the format cannot hold and was dropped, one line each.</param>
public sealed record CommitOutcome(StoredImage Image, Digest ManifestDigest, IReadOnlyList<string> Warnings);
