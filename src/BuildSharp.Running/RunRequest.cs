using BuildSharp.Linux;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running;

/// <summary>A command to run in a working container. Only <see cref="Args"/> is required.</summary>
/// <remarks>Nothing here is read from the environment: the caller resolves flags and variables.</remarks>
public sealed record RunRequest
{
    /// <summary>The command and its arguments; no shell is added.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Variables as <c>NAME=value</c>, which override those of the image.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>The caller's proxy variables as <c>NAME=value</c>. The image's variables override them; they are not stored in the
    /// image.</summary>
    public IReadOnlyList<string> ProxyEnv { get; init; } = [];

    /// <summary>User, <c>user[:group]</c>; null for the image's.</summary>
    public string? User { get; init; }

    /// <summary>Groups in addition to the user's own; the word <c>keep-groups</c> stands for those of our own process.</summary>
    public IReadOnlyList<string> GroupAdd { get; init; } = [];

    /// <summary>Working directory; null for the image's. A missing directory is created and becomes part of the layer.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>Hostname; null for the image's or, without one, the first 12 digits of the container's ID.</summary>
    public string? Hostname { get; init; }

    /// <summary>Whether the default hostname is the container's name.</summary>
    public bool ContainerNameAsHostname { get; init; }

    /// <summary>How the command is isolated.</summary>
    public Isolation Isolation { get; init; }

    /// <summary>Network of the command.</summary>
    public NetworkChoice Network { get; init; } = NetworkChoice.Host;

    /// <summary>How networks are set up.</summary>
    public NetworkSettings Networking { get; init; } = new();

    /// <summary>Networks that several commands use; null to set up one for this command.</summary>
    public NetworkPool? Networks { get; init; }

    /// <summary>PID namespace.</summary>
    public NamespaceChoice Pid { get; init; } = NamespaceChoice.Private;

    /// <summary>IPC namespace.</summary>
    public NamespaceChoice Ipc { get; init; } = NamespaceChoice.Private;

    /// <summary>UTS namespace.</summary>
    public NamespaceChoice Uts { get; init; } = NamespaceChoice.Private;

    /// <summary>Cgroup namespace; null means a new one with cgroup v2, the host's with v1.</summary>
    public NamespaceChoice? Cgroup { get; init; }

    /// <summary>Default capabilities, with prefix, as in <c>CAP_CHOWN</c>; <see cref="CapAdd"/> and <see cref="CapDrop"/> change them.
    /// Those that our own process lacks are left out.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = CapabilitySet.DefaultNames;

    /// <summary>Capabilities to add to <see cref="Capabilities"/>, or <c>all</c>.</summary>
    public IReadOnlyList<string> CapAdd { get; init; } = [];

    /// <summary>Capabilities to drop, or <c>all</c>; has precedence over <see cref="CapAdd"/>.</summary>
    public IReadOnlyList<string> CapDrop { get; init; } = [];

    /// <summary>Additional mounts.</summary>
    public IReadOnlyList<RunMount> Mounts { get; init; } = [];

    /// <summary>Files that list what of the host every command sees as a copy (containers-mounts.conf(5)); the first that exists is
    /// used.</summary>
    public IReadOnlyList<string> SubscriptionFiles { get; init; } = [];

    /// <summary>Directory with the caches of this user, as in buildah; created when a <see cref="CacheMount"/> needs it.</summary>
    public string CacheParent { get; init; } = "/var/tmp/buildah-cache-0";

    /// <summary>Devices.</summary>
    public IReadOnlyList<DeviceRequest> Devices { get; init; } = [];

    /// <summary>Directories of CDI files; empty for the specification's.</summary>
    public IReadOnlyList<string> CdiDirectories { get; init; } = [];

    /// <summary>Directories of OCI hooks (oci-hooks(5)); null for those of the system, which only commands outside of user namespaces
    /// use.</summary>
    public IReadOnlyList<string>? HookDirectories { get; init; }

    /// <summary>Whether the command gets a terminal, even if we have none; null for yes when our stdin, stdout and stderr are
    /// terminals.</summary>
    public bool? Terminal { get; init; }

    /// <summary>Standard input of the command.</summary>
    public ChildStream Stdin { get; init; } = ChildStream.Inherit;

    /// <summary>Standard output of the command.</summary>
    public ChildStream Stdout { get; init; } = ChildStream.Inherit;

    /// <summary>Standard error of the command and of the runtime.</summary>
    public ChildStream Stderr { get; init; } = ChildStream.Inherit;

    /// <summary>Name or path of the runtime; null to find one in <see cref="SearchPath"/>.</summary>
    public string? Runtime { get; init; }

    /// <summary>Paths of runtimes, by name. The first that exists is used; they have precedence over <see cref="SearchPath"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RuntimePlaces { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Global flags of the runtime, without the leading dashes.</summary>
    public IReadOnlyList<string> RuntimeFlags { get; init; } = [];

    /// <summary>The caller's PATH, used to find the runtime.</summary>
    public string SearchPath { get; init; } = ProcessEnvironment.DefaultPath;

    /// <summary>Whether to use chroot instead of pivot_root, for root file systems on a RAM disk (<c>--no-pivot</c>).</summary>
    public bool NoPivot { get; init; }

    /// <summary>Whether to keep the image's /etc/hosts.</summary>
    public bool NoHosts { get; init; }

    /// <summary>Whether to keep the image's /etc/hostname.</summary>
    public bool NoHostname { get; init; }

    /// <summary>Additional entries for /etc/hosts.</summary>
    public IReadOnlyList<HostEntry> AddHosts { get; init; } = [];

    /// <summary>Source of further entries for /etc/hosts: null for the host's file, <c>image</c> for the image's, <c>none</c> for none, or
    /// an absolute path on the host.</summary>
    public string? BaseHostsFile { get; init; }

    /// <summary>Address of the host for the command; null to detect it, <c>none</c> for none.</summary>
    public string? HostAddress { get; init; }

    /// <summary>Name servers that replace the host's in /etc/resolv.conf; a single <c>none</c> keeps the image's file.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Search domains that replace the host's; a single <c>.</c> means none.</summary>
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary>Resolver options that replace the host's.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>Limits of the process.</summary>
    public IReadOnlyList<ResourceLimit> Ulimits { get; init; } = [];

    /// <summary>Kernel parameters as <c>name=value</c>. Those of namespaces that are shared with the host are ignored.</summary>
    public IReadOnlyList<string> Sysctls { get; init; } = [];

    /// <summary>Limits of the cgroup.</summary>
    public RunResources Resources { get; init; } = new();

    /// <summary>Parent of the command's cgroup; null lets the runtime choose.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Whether a limit needs a control group of the command's own.</summary>
    internal bool HasGroupLimits => Resources != new RunResources() || CgroupParent is { Length: > 0 };

    /// <summary>Size of /dev/shm, as tmpfs takes it.</summary>
    public string ShmSize { get; init; } = "65536k";

    /// <summary>The <c>--security-opt</c> values.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>Whether the command has all our capabilities, every device, and neither a filter nor hidden or read-only places
    /// (<c>RUN --security=insecure</c>).</summary>
    public bool IsInsecure { get; init; }

    /// <summary>Whether the seccomp filter allows 32-bit programs regardless of the image (<c>BUILDSHARP_SECCOMP_ARCHES=all</c>).</summary>
    public bool AllSeccompArchitectures { get; init; }

    /// <summary>Whether INT, TERM and HUP also cancel the caller's work, as in a build: the run then throws
    /// <see cref="OperationCanceledException"/>, whatever the command does with the signal. Otherwise the command's status is the
    /// result.</summary>
    public bool SignalsCancel { get; init; }

    /// <summary>Whether this process does nothing else while the command runs. The calling thread then waits itself: the thread pool takes
    /// longer to start than many a command to run.</summary>
    public bool IsAlone { get; init; }

    /// <summary>Shows the user a warning; null to show none.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>Receives lines for the debug log; null to report nothing.</summary>
    public IProgress<string>? Debug { get; init; }
}
