using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Running.Spec;

namespace BuildSharp.Containers.Defaults;

/// <summary>Supported settings of containers.conf and its drop-ins: defaults for absent flags (containers.conf(5), as buildah implements
/// it).</summary>
public sealed record ContainersConf
{
    /// <summary>The settings without any file.</summary>
    public static ContainersConf None { get; } = new();

    /// <summary>Capabilities of commands, with prefix, as in <c>CAP_CHOWN</c> (<c>default_capabilities</c>).</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = CapabilitySet.DefaultNames;

    /// <summary>Resource limits, as <c>name=soft:hard</c> (<c>default_ulimits</c>); a flag overrides one of the same name.</summary>
    public IReadOnlyList<string> Ulimits { get; init; } = [];

    /// <summary>Kernel parameters, as <c>name=value</c> (<c>default_sysctls</c>).</summary>
    public IReadOnlyList<string> Sysctls { get; init; } = [];

    /// <summary>Devices, as <c>SRC[:DST][:rwm]</c> or <c>VENDOR/CLASS=NAME</c>.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Directories of CDI files (<c>cdi_spec_dirs</c>); empty for the specification's.</summary>
    public IReadOnlyList<string> CdiDirectories { get; init; } = [];

    /// <summary>Volumes, as <c>HOST:CTR[:opts]</c>.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Name servers, placed before those of flags; a single <c>none</c> keeps the image's file.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Search domains, placed before those of flags.</summary>
    public IReadOnlyList<string> DnsSearches { get; init; } = [];

    /// <summary>Resolver options, placed before those of flags.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>Size of <c>/dev/shm</c>, in the form of the flag; null when not set.</summary>
    public string? ShmSize { get; init; }

    /// <summary>The network, as spelled in the file (<c>netns</c>); null when not set.</summary>
    public string? Network { get; init; }

    /// <summary>How networks are set up (<c>[network]</c>, <c>helper_binaries_dir</c>).</summary>
    public NetworkSettings Networking { get; init; } = new();

    /// <summary>For kinds of namespaces (<c>ipc</c>, <c>pid</c>, <c>uts</c>, <c>cgroup</c>): true for the host's, false for a new one.
    /// Kinds that are not set are missing.</summary>
    public IReadOnlyDictionary<string, bool> HostNamespaces { get; init; } = new Dictionary<string, bool>();

    /// <summary>Whether the default hostname of a container is its name rather than its ID.</summary>
    public bool ContainerNameAsHostname { get; init; }

    /// <summary>Source of entries for /etc/hosts: null for the host's file, <c>image</c>, <c>none</c>, or an absolute path.</summary>
    public string? BaseHostsFile { get; init; }

    /// <summary>Address of the host for containers; null to detect it, <c>none</c> for none.</summary>
    public string? HostAddress { get; init; }

    /// <summary>Environment variables for the program itself, unless its environment has them (<c>[engine] env</c>).</summary>
    public IReadOnlyDictionary<string, string> EngineEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>Name or path of the OCI runtime; null when not set.</summary>
    public string? Runtime { get; init; }

    /// <summary>Paths of runtimes, by name. The first that exists is used; they have precedence over the search path.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Runtimes { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Number of retries of a failed transfer; null when not set.</summary>
    public long? Retry { get; init; }

    /// <summary>Delay between retries, as a Go duration; null when not set.</summary>
    public string? RetryDelay { get; init; }

    /// <summary>Directory for large temporary files: an absolute path, or <c>storage</c> for a directory in the store; null when not
    /// set.</summary>
    public string? TemporaryDirectory { get; init; }

    /// <summary>Messages about unknown keys, with their files.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Messages for the debug log: the files read, and known keys in them that have no effect here.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Reads the files that apply to the environment and the user.</summary>
    /// <param name="environment">Environment variables of the process.</param>
    /// <exception cref="BuildSharpException">A file cannot be read, or a value is invalid.</exception>
    public static ContainersConf Read(IReadOnlyDictionary<string, string> environment) =>
        Read(environment, ConfigurationOwner.Of(ProcessIdentity.RealUser, "/", environment));

    internal static ContainersConf Read(IReadOnlyDictionary<string, string> environment, ConfigurationOwner owner)
    {
        var reader = new ContainersConfReader();
        foreach (var file in ContainersConfFiles.Find(environment, owner))
        {
            reader.Take(file);
        }

        return reader.Result();
    }
}
