using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Storage;

namespace BuildSharp.Containers.Defaults;

/// <summary>What containers.conf and its drop-ins set, as far as it is obeyed: what stands in for flags that are not given
/// (containers.conf(5), as buildah takes it).</summary>
public sealed record ContainersConf
{
    /// <summary>What holds where no file says anything.</summary>
    public static ContainersConf None { get; } = new();

    /// <summary>Capabilities that commands have, as <c>CAP_CHOWN</c> (<c>default_capabilities</c>).</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = BuildSettings.DefaultCapabilities;

    /// <summary>Limits, as <c>name=soft:hard</c> (<c>default_ulimits</c>); a flag goes before one of the same name.</summary>
    public IReadOnlyList<string> Ulimits { get; init; } = [];

    /// <summary>Kernel parameters, as <c>name=value</c> (<c>default_sysctls</c>).</summary>
    public IReadOnlyList<string> Sysctls { get; init; } = [];

    /// <summary>Devices, as <c>SRC[:DST][:rwm]</c>.</summary>
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Volumes, as <c>HOST:CTR[:opts]</c>.</summary>
    public IReadOnlyList<string> Volumes { get; init; } = [];

    /// <summary>Name servers, before those of flags; <c>none</c> alone leaves the image's file as it is.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Search domains, before those of flags.</summary>
    public IReadOnlyList<string> DnsSearches { get; init; } = [];

    /// <summary>Resolver options, before those of flags.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>Size of <c>/dev/shm</c> in the form of the flag; null where nothing is said.</summary>
    public string? ShmSize { get; init; }

    /// <summary>The network as the file spells it (<c>netns</c>); null where nothing is said.</summary>
    public string? Network { get; init; }

    /// <summary>Which kinds of namespaces (<c>ipc</c>, <c>pid</c>, <c>uts</c>, <c>cgroup</c>) are the host's (true) or new ones (false);
    /// those that nothing is said of are not in it.</summary>
    public IReadOnlyDictionary<string, bool> HostNamespaces { get; init; } = new Dictionary<string, bool>();

    /// <summary>Whether a container without a hostname is called by its name instead of by its ID.</summary>
    public bool ContainerNameAsHostname { get; init; }

    /// <summary>Where entries of /etc/hosts come from: empty for the host's, <c>image</c>, <c>none</c>, or an absolute path.</summary>
    public string BaseHostsFile { get; init; } = "";

    /// <summary>Address of the host as containers see it; empty to find it out, <c>none</c> for none.</summary>
    public string HostAddress { get; init; } = "";

    /// <summary>Variables of the program itself, where its environment lacks them (<c>[engine] env</c>).</summary>
    public IReadOnlyDictionary<string, string> EngineEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>Name or path of the OCI runtime; null where nothing is said.</summary>
    public string? Runtime { get; init; }

    /// <summary>Where runtimes are, by name: the first that exists counts, before the search path.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Runtimes { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>How often a failed transfer is tried again; null where nothing is said.</summary>
    public long? Retry { get; init; }

    /// <summary>How long to wait before trying again, as Go writes durations; null where nothing is said.</summary>
    public string? RetryDelay { get; init; }

    /// <summary>Where large files lie for a while: an absolute path, or <c>storage</c> for a place in the store; null where nothing is said.</summary>
    public string? TemporaryDirectory { get; init; }

    /// <summary>Keys that nobody knows, with their files.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The files that were read, and the keys in them that are known and have no effect here.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Reads the files that the environment and the user lead to; touches nothing else.</summary>
    /// <param name="environment">The variables of the process.</param>
    /// <exception cref="BuildSharpException">A file cannot be read, or a value in it cannot be right.</exception>
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
