namespace BuildSharp.Containers.Configuring;

/// <summary>Text that a flag held, and the words it was split into.</summary>
/// <param name="Text">As the user wrote it; history entries repeat it.</param>
/// <param name="Words">What it means.</param>
public sealed record WordList(string Text, IReadOnlyList<string> Words);

/// <summary>One call of <c>config</c>: the flags' values as the user gave them; null or empty means that a flag was not given.
/// In lists <c>K=V</c> sets, <c>K-</c> removes and <c>-</c> clears (buildah-config(1)).</summary>
public sealed record ConfigureRequest
{
    /// <summary>Who made the image.</summary>
    public string? Author { get; init; }

    /// <summary>What the next commit's history entry says; empty goes back to the shell.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Processor in GOARCH words.</summary>
    public string? Architecture { get; init; }

    /// <summary>Variant of the processor.</summary>
    public string? Variant { get; init; }

    /// <summary>Operating system in GOOS words.</summary>
    public string? Os { get; init; }

    /// <summary>Version of the operating system.</summary>
    public string? OsVersion { get; init; }

    /// <summary>Features of the operating system: <c>F</c>, <c>F-</c> or <c>-</c>.</summary>
    public IReadOnlyList<string> OsFeatures { get; init; } = [];

    /// <summary><c>uid[:gid]</c>, numbers or names.</summary>
    public string? User { get; init; }

    /// <summary>The shell; no words clear it.</summary>
    public WordList? Shell { get; init; }

    /// <summary>Signal by name or number.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Ports: <c>80</c>, <c>80-</c>, or anything that starts with <c>-</c> to clear.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Variables: <c>K=V</c> with <c>$X</c> from the container's own variables, <c>K</c> from the caller, <c>K-</c>, <c>-</c>.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>A JSON array, or a line for <c>/bin/sh -c</c>; blank clears.</summary>
    public string? Entrypoint { get; init; }

    /// <summary>The default arguments; no words clear them.</summary>
    public WordList? Cmd { get; init; }

    /// <summary>Volumes: <c>P</c>, <c>P-</c> or <c>-</c>.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>The health check, <c>CMD</c>, <c>CMD-SHELL</c> or <c>NONE</c> first; no words clear it.</summary>
    public WordList? Healthcheck { get; init; }

    /// <summary>Time between probes.</summary>
    public TimeSpan? HealthcheckInterval { get; init; }

    /// <summary>How long a probe may take.</summary>
    public TimeSpan? HealthcheckTimeout { get; init; }

    /// <summary>Time to start up.</summary>
    public TimeSpan? HealthcheckStartPeriod { get; init; }

    /// <summary>Time between probes while starting up; ignored unless there is a health check.</summary>
    public TimeSpan? HealthcheckStartInterval { get; init; }

    /// <summary>Failures in a row that make a container unhealthy.</summary>
    public int? HealthcheckRetries { get; init; }

    /// <summary>Labels: <c>K=V</c>, <c>K</c> for an empty value, <c>K-</c> or <c>-</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Labels to remove, after <see cref="Labels"/>.</summary>
    public IReadOnlyList<string> UnsetLabels { get; init; } = [];

    /// <summary>Annotations to remove.</summary>
    public IReadOnlyList<string> UnsetAnnotations { get; init; } = [];

    /// <summary>Directory that programs start in.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>Remark on the image.</summary>
    public string? Comment { get; init; }

    /// <summary>Remark on the next commit's history entry.</summary>
    public string? HistoryComment { get; init; }

    /// <summary>Domain name of containers.</summary>
    public string? Domainname { get; init; }

    /// <summary>Host name of containers.</summary>
    public string? Hostname { get; init; }

    /// <summary>Instructions to append for builds that start from this image.</summary>
    public IReadOnlyList<string> OnBuild { get; init; } = [];

    /// <summary>Annotations of the manifest: as <see cref="Labels"/>.</summary>
    public IReadOnlyList<string> Annotations { get; init; } = [];

    /// <summary>Whether every changed item gets a history entry of its own.</summary>
    public bool AddHistory { get; init; }

    /// <summary>Where a bare <c>K</c> of <see cref="Env"/> takes its value.</summary>
    public IReadOnlyDictionary<string, string> CallerEnvironment { get; init; } = new Dictionary<string, string>();
}
