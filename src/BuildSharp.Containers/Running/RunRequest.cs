using BuildSharp.Linux;

namespace BuildSharp.Containers.Running;

/// <summary>One command to run in a working container: what <c>run</c> and RUN leave to choose. Only <see cref="Args"/> is required.</summary>
/// <remarks>Nothing here is read from the environment: who builds a request has resolved flags and variables.</remarks>
public sealed record RunRequest
{
    /// <summary>The command and its arguments; no shell is added.</summary>
    public required IReadOnlyList<string> Args { get; init; }

    /// <summary>Variables as <c>NAME=value</c>, over those of the image.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>The caller's proxy variables as <c>NAME=value</c>; they lose against the image's and never reach it.</summary>
    public IReadOnlyList<string> ProxyEnv { get; init; } = [];

    /// <summary><c>user[:group]</c>; null takes the image's.</summary>
    public string? User { get; init; }

    /// <summary>Groups in addition to the user's own; the one word <c>keep-groups</c> stands for those of our own process.</summary>
    public IReadOnlyList<string> GroupAdd { get; init; } = [];

    /// <summary>Directory to start in; made if missing, and then part of the layer. Null takes the image's.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>Name of the machine as the command sees it; null takes the image's, else the head of the container's id.</summary>
    public string? Hostname { get; init; }

    /// <summary>Whether the container's name goes before the head of its id.</summary>
    public bool ContainerNameAsHostname { get; init; }

    /// <summary>How the command is kept apart.</summary>
    public Isolation Isolation { get; init; }

    /// <summary>Network of the command.</summary>
    public NetworkChoice Network { get; init; } = NetworkChoice.Host;

    /// <summary>Process namespace.</summary>
    public NamespaceChoice Pid { get; init; } = NamespaceChoice.Private;

    /// <summary>Namespace of shared memory and message queues.</summary>
    public NamespaceChoice Ipc { get; init; } = NamespaceChoice.Private;

    /// <summary>Namespace of the host's name.</summary>
    public NamespaceChoice Uts { get; init; } = NamespaceChoice.Private;

    /// <summary>Cgroup namespace; null is private where cgroups are unified (v2), else the host's.</summary>
    public NamespaceChoice? Cgroup { get; init; }

    /// <summary>Capabilities that a command has unless <see cref="CapAdd"/> and <see cref="CapDrop"/> say otherwise, as <c>CAP_CHOWN</c>;
    /// those that we do not have ourselves are left out.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = BuildSettings.DefaultCapabilities;

    /// <summary>Capabilities over <see cref="Capabilities"/>, or <c>all</c>.</summary>
    public IReadOnlyList<string> CapAdd { get; init; } = [];

    /// <summary>Capabilities to take away, or <c>all</c>; wins over <see cref="CapAdd"/>.</summary>
    public IReadOnlyList<string> CapDrop { get; init; } = [];

    /// <summary>What to mount for this run.</summary>
    public IReadOnlyList<RunMount> Mounts { get; init; } = [];

    /// <summary>Devices of the host.</summary>
    public IReadOnlyList<DeviceRequest> Devices { get; init; } = [];

    /// <summary>Whether the command gets a terminal, also where we have none; null gives it one if our stdin, stdout and stderr are
    /// terminals.</summary>
    public bool? Terminal { get; init; }

    /// <summary>Where the command reads from: a build's RUN gets <see cref="ChildStream.Null"/>.</summary>
    public ChildStream Stdin { get; init; } = ChildStream.Inherit;

    /// <summary>Where the command's output goes.</summary>
    public ChildStream Stdout { get; init; } = ChildStream.Inherit;

    /// <summary>Where the command's error output goes, and the runtime's own words.</summary>
    public ChildStream Stderr { get; init; } = ChildStream.Inherit;

    /// <summary>Name or path of the runtime; null looks for one in <see cref="SearchPath"/>.</summary>
    public string? Runtime { get; init; }

    /// <summary>Where runtimes are, by name: the first that exists counts, before <see cref="SearchPath"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RuntimePlaces { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Global flags for the runtime, without the leading dashes.</summary>
    public IReadOnlyList<string> RuntimeFlags { get; init; } = [];

    /// <summary>The caller's PATH, where the runtime is looked for.</summary>
    public string SearchPath { get; init; } = ProcessEnvironment.DefaultPath;

    /// <summary>Switches the root with chroot's means, for root filesystems in a RAM disk (<c>--no-pivot</c>).</summary>
    public bool NoPivot { get; init; }

    /// <summary>Leaves the image's /etc/hosts alone.</summary>
    public bool NoHosts { get; init; }

    /// <summary>Leaves the image's /etc/hostname alone.</summary>
    public bool NoHostname { get; init; }

    /// <summary>Entries for /etc/hosts.</summary>
    public IReadOnlyList<HostEntry> AddHosts { get; init; } = [];

    /// <summary>Where further entries of /etc/hosts come from: empty for the host's file, <c>image</c> for the image's, <c>none</c> for nowhere,
    /// or an absolute path on the host.</summary>
    public string BaseHostsFile { get; init; } = "";

    /// <summary>Address of the host as the command is to know it; empty to find it out, <c>none</c> to name none.</summary>
    public string HostAddress { get; init; } = "";

    /// <summary>Name servers for /etc/resolv.conf instead of the host's; the one word <c>none</c> leaves the image's file alone.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Search domains instead of the host's; the one word <c>.</c> is none at all.</summary>
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary>Resolver options instead of the host's.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>Limits of the process.</summary>
    public IReadOnlyList<ResourceLimit> Ulimits { get; init; } = [];

    /// <summary>Kernel parameters as <c>name=value</c>; those of namespaces that are not the command's own do not count.</summary>
    public IReadOnlyList<string> Sysctls { get; init; } = [];

    /// <summary>Limits of its cgroup.</summary>
    public RunResources Resources { get; init; } = new();

    /// <summary>Cgroup below which the command's own is made; null lets the runtime choose.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Size of /dev/shm, as tmpfs takes it.</summary>
    public string ShmSize { get; init; } = "65536k";

    /// <summary>The <c>--security-opt</c> values.</summary>
    public SecurityOptions Security { get; init; } = new();

    /// <summary>Lets 32-bit programs through the system call filter whatever the image looks like (<c>BUILDSHARP_SECCOMP_ARCHES=all</c>).</summary>
    public bool AllSeccompArchitectures { get; init; }

    /// <summary>Whether INT, TERM and HUP end the caller's work as well as the command, as in a build: the run then ends with
    /// <see cref="OperationCanceledException"/>, whatever the command makes of the signal. Otherwise its status is the result.</summary>
    public bool SignalsCancel { get; init; }

    /// <summary>Takes lines for the debug log.</summary>
    public IProgress<string>? Debug { get; init; }
}
