using BuildSharp.Build.Contexts;
using BuildSharp.Containers;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Build;

/// <summary>Input of a build (buildah-build(1)). All values are resolved: the build looks up no file name and reads no environment
/// variable.</summary>
public sealed record BuildRequest
{
    /// <summary>The Dockerfile; several are read as one.</summary>
    public required IReadOnlyList<SourceText> Dockerfiles { get; init; }

    /// <summary>Identifies the tries of one build, so that a failed one replaces the container that the one before kept; null for
    /// instructions that are not repeated, as those of <c>from</c>.</summary>
    public string? Identity { get; init; }

    /// <summary>Source of COPY and ADD.</summary>
    public required BuildContext Context { get; init; }

    /// <summary><c>--build-context</c>: additional names for FROM and COPY --from.</summary>
    public IReadOnlyDictionary<string, NamedContext> NamedContexts { get; init; } = new Dictionary<string, NamedContext>();

    /// <summary>Full references for the image.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The name as given by the user, for the COMMIT line.</summary>
    public string? ShownName { get; init; }

    /// <summary><c>--build-arg</c>, and the proxy variables of the caller's environment.</summary>
    public BuildArguments Arguments { get; init; } = new();

    /// <summary><c>--target</c>: name or number of the last stage to build; null for the last in the file.</summary>
    public string? Target { get; init; }

    /// <summary><c>--from</c>: image that replaces the one in the first FROM line.</summary>
    public string? From { get; init; }

    /// <summary><c>--label</c>: labels set by an instruction at the end of the last stage.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary><c>--env</c>: variables set by an instruction at the start of every stage.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Env { get; init; } = [];

    /// <summary><c>--unsetenv</c>: variables to remove from the image.</summary>
    public IReadOnlyList<string> UnsetEnv { get; init; } = [];

    /// <summary><c>--unsetlabel</c>: labels to remove from the image.</summary>
    public IReadOnlyList<string> UnsetLabels { get; init; } = [];

    /// <summary><c>--inherit-labels</c>: whether labels of base images and base stages are kept.</summary>
    public bool InheritLabels { get; init; } = true;

    /// <summary><c>--layer-label</c>: labels of every image except the final one.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> LayerLabels { get; init; } = [];

    /// <summary><c>--annotation</c>, in order; a later value replaces an earlier one with the same key.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary><c>--unsetannotation</c>: annotations to remove from the image.</summary>
    public IReadOnlyList<string> UnsetAnnotations { get; init; } = [];

    /// <summary><c>--inherit-annotations</c>: whether the image keeps its base image's annotations and gets the two that name the
    /// base.</summary>
    public bool InheritAnnotations { get; init; } = true;

    /// <summary><c>--created-annotation</c>: whether an annotation records the creation time.</summary>
    public bool CreatedAnnotation { get; init; } = true;

    /// <summary>Media type of the manifest to write.</summary>
    public string Format { get; init; } = MediaType.OciManifest;

    /// <summary><c>--os-version</c>: required version of the operating system; empty to remove it, null to keep the base image's.</summary>
    public string? OsVersion { get; init; }

    /// <summary><c>--os-feature</c>: operating system features to add or remove: <c>F</c>, <c>F-</c>, or <c>-</c> for all.</summary>
    public IReadOnlyList<string> OsFeatures { get; init; } = [];

    /// <summary>Platform of the image; null for that of its base image. A build for several platforms is one request for each.</summary>
    public Platform? Platform { get; init; }

    /// <summary><c>--layers</c>: whether to commit an image after every instruction, with a layer after each that changes files.</summary>
    public bool Layers { get; init; }

    /// <summary><c>--no-cache</c>: whether to execute every step even with <see cref="Layers"/>.</summary>
    public bool NoCache { get; init; }

    /// <summary><c>--no-cache-filter</c>: names or numbers of stages whose steps are all executed.</summary>
    public IReadOnlyList<string> NoCacheFilter { get; init; } = [];

    /// <summary><c>--cache-ttl</c>: maximum age of an image used as cache; null for any age.</summary>
    public TimeSpan? CacheTtl { get; init; }

    /// <summary><c>--save-stages</c>: whether to keep the images of the intermediate stages, without names.</summary>
    public bool SaveStages { get; init; }

    /// <summary><c>--stage-labels</c>: whether to label every stage with its name and its base image.</summary>
    public bool StageLabels { get; init; }

    /// <summary><c>--rm=false</c>: whether to keep the working containers after the build, and the images below them.</summary>
    public bool KeepContainers { get; init; }

    /// <summary>Whether to keep the working container of a failed step, for inspection: <c>--on-error=keep</c>, or <c>--layers</c> without
    /// <c>--force-rm</c>.</summary>
    public bool KeepsFailedContainer { get; init; }

    /// <summary><c>--on-error=shell</c>: what to run in the container of a failed step before it is removed; null for nothing.</summary>
    public RunRequest? FailureShell { get; init; }

    /// <summary><c>--compat-volumes</c>: whether to discard what RUN writes below a volume of the base image or the stage.</summary>
    public bool CompatVolumes { get; init; }

    /// <summary><c>--squash</c>: whether to write one layer that includes the base image's.</summary>
    public bool Squash { get; init; }

    /// <summary><c>--omit-history</c>: whether to leave the history of the image empty.</summary>
    public bool OmitHistory { get; init; }

    /// <summary><c>--timestamp</c>: time of the image, its history and every file in its new layers.</summary>
    public Timestamp? Timestamp { get; init; }

    /// <summary><c>--source-date-epoch</c>: time of the image and its history.</summary>
    public Timestamp? SourceDateEpoch { get; init; }

    /// <summary><c>--rewrite-timestamp</c>: whether later file times are set to <see cref="SourceDateEpoch"/>.</summary>
    public bool RewriteTimestamp { get; init; }

    /// <summary><c>--identity-label</c>: whether a label names the builder; null for yes unless the time is fixed.</summary>
    public bool? IdentityLabel { get; init; }

    /// <summary><c>--skip-unused-stages</c>: whether to build only the stages that the target needs.</summary>
    public bool SkipUnusedStages { get; init; } = true;

    /// <summary>Whether to look for the result of a step in the store. Impossible without history, which is what is compared.</summary>
    internal bool UsesCache => Layers && !NoCache && !OmitHistory;

    /// <summary>Whether a label of the images names the builder.</summary>
    internal bool SaysWhoMadeIt => IdentityLabel ?? FixedTime is null;

    /// <summary>Time of images and history entries; null for the current time.</summary>
    internal Timestamp? FixedTime => Timestamp ?? SourceDateEpoch;

    /// <summary>Whether the image differs from its base image even without instructions.</summary>
    internal bool ChangesResult => !InheritLabels || !InheritAnnotations || OsVersion is not null
        || UnsetEnv.Count + UnsetLabels.Count + UnsetAnnotations.Count + Annotations.Count + OsFeatures.Count > 0;

    /// <summary>Takes the output of RUN instead of the streams of <see cref="Run"/>; null to use those.</summary>
    public ICommandOutputs? Outputs { get; init; }

    /// <summary>Receives a line for each decision; null to report nothing.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>Rights that the Dockerfile may ask for.</summary>
    public Entitlements Entitlements { get; init; } = new();

    /// <summary>Settings of all working containers: capabilities, isolation, limits.</summary>
    public BuildSettings Settings { get; init; } = new();

    /// <summary><c>--mount</c>: mounts of every RUN, in addition to its own.</summary>
    public IReadOnlyList<MountOptions> Mounts { get; init; } = [];

    /// <summary><c>--secret</c>: secrets by name, for mounts that ask for them.</summary>
    public IReadOnlyDictionary<string, Secret> Secrets { get; init; } = new Dictionary<string, Secret>();

    /// <summary><c>--ssh</c>: SSH agents by name, for mounts that ask for them.</summary>
    public IReadOnlyDictionary<string, SshAgentSource> Agents { get; init; } = new Dictionary<string, SshAgentSource>();

    /// <summary>Template for every RUN; the stage sets command, variables, user and working directory.</summary>
    public RunRequest Run { get; init; } = new() { Args = [], Stdin = BuildSharp.Linux.ChildStream.Null };
}

/// <summary>Result of a build.</summary>
/// <param name="ImageId">64 hex digits.</param>
/// <param name="ManifestDigest">Digest of the image's manifest.</param>
public sealed record BuildResult(string ImageId, Digest ManifestDigest);
