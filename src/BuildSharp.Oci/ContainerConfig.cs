namespace BuildSharp.Oci;

/// <summary>How to start a container from an image: the union of what OCI and Docker configs can say. What only Docker has is marked
/// and vanishes from OCI output.</summary>
public sealed partial record ContainerConfig
{
    /// <summary><c>user[:group]</c>, names or numbers; empty is root.</summary>
    public string User { get; init; } = "";

    /// <summary>Ports the program listens on, as <c>80/tcp</c>.</summary>
    public IReadOnlyCollection<string> ExposedPorts { get; init; } = [];

    /// <summary><c>KEY=value</c>, in order.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>What always runs; null when not set.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Default arguments, or the command when there is no entrypoint; null when not set.</summary>
    public IReadOnlyList<string>? Cmd { get; init; }

    /// <summary>Absolute paths whose content does not belong to the image.</summary>
    public IReadOnlyCollection<string> Volumes { get; init; } = [];

    /// <summary>Directory the program starts in; empty is <c>/</c>.</summary>
    public string WorkingDir { get; init; } = "";

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Signal that asks the program to end, by name or number; empty is SIGTERM.</summary>
    public string StopSignal { get; init; } = "";

    /// <summary>Windows: whether the arguments are already one escaped line.</summary>
    public bool ArgsEscaped { get; init; }

    /// <summary>Docker: how to find out whether a container works; null inherits or does not.</summary>
    public Healthcheck? Healthcheck { get; init; }

    /// <summary>Docker: instructions for a build that starts from this image.</summary>
    public IReadOnlyList<string> OnBuild { get; init; } = [];

    /// <summary>Docker: the shell of shell-form instructions; empty is <c>/bin/sh -c</c>.</summary>
    public IReadOnlyList<string> Shell { get; init; } = [];

    /// <summary>Docker: seconds between asking a program to end and killing it.</summary>
    public int? StopTimeout { get; init; }

    /// <summary>Docker: host name of a container.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>Docker: domain name of a container.</summary>
    public string Domainname { get; init; } = "";

    /// <summary>Docker: whether the client was attached to standard input.</summary>
    public bool AttachStdin { get; init; }

    /// <summary>Docker: whether the client was attached to standard output.</summary>
    public bool AttachStdout { get; init; }

    /// <summary>Docker: whether the client was attached to standard error.</summary>
    public bool AttachStderr { get; init; }

    /// <summary>Docker: whether a terminal was asked for.</summary>
    public bool Tty { get; init; }

    /// <summary>Docker: whether standard input stays open.</summary>
    public bool OpenStdin { get; init; }

    /// <summary>Docker: whether standard input closes after the first client leaves.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>Docker: the image a container was made from.</summary>
    public string Image { get; init; } = "";

    /// <summary>Docker: whether a container has no network.</summary>
    public bool NetworkDisabled { get; init; }

    /// <summary>Docker: hardware address of a container.</summary>
    public string MacAddress { get; init; } = "";
}
