using BuildSharp.Build.Contexts;
using BuildSharp.Containers;
using BuildSharp.Containers.Running;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>What <c>bud</c> asks for (buildah-build(1)). Everything is resolved: no file name is looked up and no variable read below.</summary>
public sealed record BuildRequest
{
    /// <summary>The Dockerfile, or several that were given one after another.</summary>
    public required IReadOnlyList<SourceText> Dockerfiles { get; init; }

    /// <summary>Where COPY and ADD take files from.</summary>
    public required BuildContext Context { get; init; }

    /// <summary><c>--build-context</c>: what further names stand for in FROM and COPY --from.</summary>
    public IReadOnlyDictionary<string, NamedContext> NamedContexts { get; init; } = new Dictionary<string, NamedContext>();

    /// <summary>Complete references for the image; the first is also the one that COMMIT shows.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The name as the user spelled it, for the COMMIT line.</summary>
    public string? ShownName { get; init; }

    /// <summary><c>--build-arg</c>, and what the caller's environment passes on.</summary>
    public BuildArguments Arguments { get; init; } = new();

    /// <summary><c>--target</c>: name or number of the stage to end with; null takes the last.</summary>
    public string? Target { get; init; }

    /// <summary><c>--from</c>: an image instead of the first FROM's.</summary>
    public string? From { get; init; }

    /// <summary><c>--label</c>: added by a last instruction of the last stage.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; init; } = [];

    /// <summary><c>--env</c>: set by a first instruction of every stage.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Env { get; init; } = [];

    /// <summary><c>--unsetenv</c>: variables that the image shall not have.</summary>
    public IReadOnlyList<string> UnsetEnv { get; init; } = [];

    /// <summary><c>--unsetlabel</c>: labels that the image shall not have.</summary>
    public IReadOnlyList<string> UnsetLabels { get; init; } = [];

    /// <summary><c>--inherit-labels</c>: whether labels of base images and base stages are kept.</summary>
    public bool InheritLabels { get; init; } = true;

    /// <summary><c>--layer-label</c>: labels of every image but the last.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> LayerLabels { get; init; } = [];

    /// <summary><c>--annotation</c>, in order; of several with one key the last counts.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Annotations { get; init; } = [];

    /// <summary><c>--unsetannotation</c>: annotations that the image shall not have.</summary>
    public IReadOnlyList<string> UnsetAnnotations { get; init; } = [];

    /// <summary><c>--inherit-annotations</c>: whether the image keeps its base's annotations and gets the two that name the base.</summary>
    public bool InheritAnnotations { get; init; } = true;

    /// <summary><c>--created-annotation</c>: whether the image is annotated with the time it was made at.</summary>
    public bool CreatedAnnotation { get; init; } = true;

    /// <summary>Media type of the manifest to make.</summary>
    public string Format { get; init; } = MediaType.OciManifest;

    /// <summary><c>--os-version</c>: the version of the operating system the image is for; empty for none, null for the base's.</summary>
    public string? OsVersion { get; init; }

    /// <summary><c>--os-feature</c>: features of the operating system the image is for: <c>F</c>, <c>F-</c> or <c>-</c>.</summary>
    public IReadOnlyList<string> OsFeatures { get; init; } = [];

    /// <summary>What the image shall run on, one platform: a build of several is a request for each. Null is what its base runs on.</summary>
    public Platform? Platform { get; init; }

    /// <summary><c>--layers</c>: an image after every instruction, and a layer after each that changes files.</summary>
    public bool Layers { get; init; }

    /// <summary><c>--no-cache</c>: with <see cref="Layers"/> too every step is carried out.</summary>
    public bool NoCache { get; init; }

    /// <summary><c>--cache-ttl</c>: how old an image may be that stands for a step; null for any age.</summary>
    public TimeSpan? CacheTtl { get; init; }

    /// <summary><c>--save-stages</c>: the images of the stages that the last one needs stay, without names.</summary>
    public bool SaveStages { get; init; }

    /// <summary><c>--stage-labels</c>: a first instruction of every stage labels it with its name and its base.</summary>
    public bool StageLabels { get; init; }

    /// <summary><c>--rm=false</c>: working containers stay when the build ends, and the images they stand on.</summary>
    public bool KeepContainers { get; init; }

    /// <summary>The working container of a step that fails stays, as the step left it: <c>--layers</c> without <c>--force-rm</c>.</summary>
    public bool KeepsFailedContainer { get; init; }

    /// <summary><c>--compat-volumes</c>: what RUN writes below a volume, be it the base's or the stage's, is gone after it.</summary>
    public bool CompatVolumes { get; init; }

    /// <summary><c>--squash</c>: one layer, the base's included.</summary>
    public bool Squash { get; init; }

    /// <summary><c>--omit-history</c>.</summary>
    public bool OmitHistory { get; init; }

    /// <summary><c>--timestamp</c>: the time of the image, its history and every file of its new layers.</summary>
    public Timestamp? Timestamp { get; init; }

    /// <summary><c>--source-date-epoch</c>: the time of the image and its history.</summary>
    public Timestamp? SourceDateEpoch { get; init; }

    /// <summary><c>--rewrite-timestamp</c>: <see cref="SourceDateEpoch"/> is the latest time of files, too.</summary>
    public bool RewriteTimestamp { get; init; }

    /// <summary><c>--identity-label</c>: whether the image says what built it; null says it unless the time is fixed.</summary>
    public bool? IdentityLabel { get; init; }

    /// <summary><c>--skip-unused-stages</c>.</summary>
    public bool SkipUnusedStages { get; init; } = true;

    /// <summary>Whether steps are looked for among the images that there are. Without a history there is nothing to compare.</summary>
    internal bool UsesCache => Layers && !NoCache && !OmitHistory;

    /// <summary>Whether images say what built them.</summary>
    internal bool SaysWhoMadeIt => IdentityLabel ?? FixedTime is null;

    /// <summary>The time of everything that is made; null when it is the clock's.</summary>
    internal Timestamp? FixedTime => Timestamp ?? SourceDateEpoch;

    /// <summary>Whether the image differs from its base even if no instruction changes anything.</summary>
    internal bool ChangesResult => !InheritLabels || !InheritAnnotations || OsVersion is not null
        || UnsetEnv.Count + UnsetLabels.Count + UnsetAnnotations.Count + Annotations.Count + OsFeatures.Count > 0;

    /// <summary>Told what was decided, one line each; null when nobody listens.</summary>
    public IProgress<string>? Debug { get; init; }

    /// <summary>Settings of every working container: capabilities, isolation, limits.</summary>
    public BuildSettings Settings { get; init; } = new();

    /// <summary>What every RUN has in common; its command, variables, user and directory are the stage's.</summary>
    public RunRequest Run { get; init; } = new() { Args = [], Stdin = Linux.ChildStream.Null };
}

/// <summary>What a build made.</summary>
/// <param name="ImageId">64 hex digits.</param>
/// <param name="ManifestDigest">Hash of the image's manifest.</param>
public sealed record BuildResult(string ImageId, Digest ManifestDigest);
