namespace BuildSharp.Containers.Configuring;

/// <summary>The text of a flag and the words in it.</summary>
/// <param name="Text">As typed; used in history entries.</param>
/// <param name="Words">The parsed words.</param>
public sealed record WordList(string Text, IReadOnlyList<string> Words);

/// <summary>Input of <c>config</c>: values of the flags as typed; null or empty when a flag is absent. In lists <c>K=V</c> sets, <c>K-</c>
/// removes and <c>-</c> clears (buildah-config(1)).</summary>
public sealed record ConfigureRequest
{
    /// <summary>Author of the image.</summary>
    public string? Author { get; init; }

    /// <summary><c>created_by</c> of the next commit's history entry; empty for the default, the shell.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Architecture, as in GOARCH.</summary>
    public string? Architecture { get; init; }

    /// <summary>Variant of the architecture.</summary>
    public string? Variant { get; init; }

    /// <summary>Operating system, as in GOOS.</summary>
    public string? Os { get; init; }

    /// <summary>Version of the operating system.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Operating system features to add or remove: <c>F</c>, <c>F-</c>, or <c>-</c> for all.</summary>
    public IReadOnlyList<string> OsFeatures { get; init; } = [];

    /// <summary><c>uid[:gid]</c>, numbers or names.</summary>
    public string? User { get; init; }

    /// <summary>The shell for commands in shell form; an empty list removes it.</summary>
    public WordList? Shell { get; init; }

    /// <summary>Stop signal, by name or number.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Ports: <c>80</c> adds, <c>80-</c> removes, any text that starts with <c>-</c> clears.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Variables: <c>K=V</c>, where <c>$X</c> is a variable of the container, <c>K</c> to copy the caller's, <c>K-</c>,
    /// <c>-</c>.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Entrypoint: a JSON array, or a command line for <c>/bin/sh -c</c>; blank text removes it.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>Default arguments; an empty list removes them.</summary>
    public WordList? Cmd { get; init; }

    /// <summary>Volumes: <c>P</c>, <c>P-</c> or <c>-</c>.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Health check, starting with <c>CMD</c>, <c>CMD-SHELL</c> or <c>NONE</c>; an empty list removes it.</summary>
    public WordList? Healthcheck { get; init; }

    /// <summary>Time between probes.</summary>
    public TimeSpan? HealthcheckInterval { get; init; }

    /// <summary>Timeout of a probe.</summary>
    public TimeSpan? HealthcheckTimeout { get; init; }

    /// <summary>Start-up time, during which failed probes do not count.</summary>
    public TimeSpan? HealthcheckStartPeriod { get; init; }

    /// <summary>Time between probes during start-up; ignored without a health check.</summary>
    public TimeSpan? HealthcheckStartInterval { get; init; }

    /// <summary>Number of consecutive failures that make a container unhealthy.</summary>
    public int? HealthcheckRetries { get; init; }

    /// <summary>Labels: <c>K=V</c>, <c>K</c> for an empty value, <c>K-</c> or <c>-</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Labels to remove, after <see cref="Labels"/>.</summary>
    public IReadOnlyList<string> UnsetLabels { get; init; } = [];

    /// <summary>Annotations to remove.</summary>
    public IReadOnlyList<string> UnsetAnnotations { get; init; } = [];

    /// <summary>Working directory of processes.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>Comment of the image.</summary>
    public string? Comment { get; init; }

    /// <summary>Comment of the next commit's history entry.</summary>
    public string? HistoryComment { get; init; }

    /// <summary>Domain name of containers.</summary>
    public string? Domainname { get; init; }

    /// <summary>Host name of containers.</summary>
    public string? Hostname { get; init; }

    /// <summary>Instructions to run in builds on top of this image.</summary>
    public IReadOnlyList<string> OnBuild { get; init; } = [];

    /// <summary>Annotations of the manifest, in the form of <see cref="Labels"/>.</summary>
    public IReadOnlyList<string> Annotations { get; init; } = [];

    /// <summary>Whether each change gets a history entry.</summary>
    public bool AddHistory { get; init; }

    /// <summary>Values for a bare <c>K</c> in <see cref="Env"/>.</summary>
    public IReadOnlyDictionary<string, string> CallerEnvironment { get; init; } = new Dictionary<string, string>();
}
