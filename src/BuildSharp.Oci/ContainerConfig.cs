namespace BuildSharp.Oci;

/// <summary>How to start a container from an image: the union of the OCI and Docker configs. Fields that only Docker has are marked
/// "Docker" and are not written in OCI form.</summary>
public sealed partial record ContainerConfig
{
    /// <summary><c>user[:group]</c>, as names or numbers; empty for root.</summary>
    public string User { get; init; } = "";

    /// <summary>Ports that the program listens on, such as <c>80/tcp</c>.</summary>
    public IReadOnlyCollection<string> ExposedPorts { get; init; } = [];

    /// <summary>Environment variables as <c>KEY=value</c>, in order.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Command that every container runs; null when not set.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Default arguments, or the command when there is no entrypoint; null when not set.</summary>
    public IReadOnlyList<string>? Cmd { get; init; }

    /// <summary>Absolute paths of volumes, whose content is not part of the image.</summary>
    public IReadOnlyCollection<string> Volumes { get; init; } = [];

    /// <summary>Absolute working directory; empty for <c>/</c>.</summary>
    public string WorkingDir { get; init; } = "";

    /// <summary>Free labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Signal that stops the container, by name or number; empty for SIGTERM.</summary>
    public string StopSignal { get; init; } = "";

    /// <summary>Windows: whether the arguments are one line that is already escaped.</summary>
    public bool ArgsEscaped { get; init; }

    /// <summary>Docker: the health check; null to inherit that of the base image.</summary>
    public Healthcheck? Healthcheck { get; init; }

    /// <summary>Docker: instructions to run in a build based on this image.</summary>
    public IReadOnlyList<string> OnBuild { get; init; } = [];

    /// <summary>Docker: the shell of shell-form instructions; empty is <c>/bin/sh -c</c>.</summary>
    public IReadOnlyList<string> Shell { get; init; } = [];

    /// <summary>Docker: seconds between the stop signal and killing the container.</summary>
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

    /// <summary>Docker: whether the container has a terminal.</summary>
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
