using System.Globalization;
using BuildSharp.Cli.Commands.Building;
using BuildSharp.Cli.Flags;
using BuildSharp.Containers;
using BuildSharp.Containers.Defaults;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running;
using BuildSharp.Running.Spec;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>Settings for commands in containers, from flags and containers.conf: those that a container keeps, and the request to run one
/// command.</summary>
internal static class RunEnvironment
{
    // Where to look for runtimes when our own PATH is unset.
    private const string StandardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Settings that <c>from</c> and <c>bud</c> store in a container (flag groups NS, USERNS and RUNENV).</summary>
    /// <exception cref="BuildSharpException">A value is invalid.</exception>
    public static BuildSettings Settings(Invocation call) => Reading(() =>
    {
        var flags = call.Flags;
        var security = SecurityOptions.Parse(flags.All("security-opt"));
        var configuration = call.Surroundings.Configuration;
        var network = NetworkChoice.Parse(flags.IsSet("network") ? flags.Text("network")! : configuration.Network is { Length: > 0 } usual ? usual : "default");
        return new BuildSettings
        {
            Isolation = IsolationOf(call) ?? Isolation.Default,
            Namespaces = Namespaces(flags, network, configuration),
            Network = network.IsNone ? NetworkPolicy.Disabled : network.IsDefault || network.IsHost ? NetworkPolicy.Default : NetworkPolicy.Enabled,
            Capabilities = Capabilities(flags, configuration.Capabilities),
            GroupAdd = Groups(flags),
            Devices = flags.IsSet("device") ? Checked(flags.All("device"), DeviceRequest.Parse) : configuration.Devices,
            CdiDirectory = flags.NonEmptyText("cdi-config-dir") is { } cdi ? Path.GetFullPath(cdi, call.Surroundings.WorkingDirectory) : null,
            Commands = new CommandOptions
            {
                AddHost = Checked(flags.All("add-host"), HostEntry.Parse),
                CgroupParent = flags.NonEmptyText("cgroup-parent"),
                CpuPeriod = (ulong)(flags.Number("cpu-period") ?? 0),
                CpuQuota = flags.Number("cpu-quota") ?? 0,
                CpuShares = (ulong)(flags.Number("cpu-shares") ?? 0),
                CpuSetCpus = flags.NonEmptyText("cpuset-cpus"),
                CpuSetMems = flags.NonEmptyText("cpuset-mems"),
                HttpProxy = flags.Bool("http-proxy"),
                Memory = Size(flags, "memory"),
                MemorySwap = flags.Text("memory-swap") == "-1" ? -1 : Size(flags, "memory-swap"),
                DnsServers = Dns(flags, "dns", network),
                DnsSearch = Dns(flags, "dns-search", network),
                DnsOptions = Dns(flags, "dns-option", network),
                SeccompProfilePath = NullIfEmpty(security.Seccomp),
                ApparmorProfile = NullIfEmpty(security.Apparmor),
                Masks = security.Mask,
                Unmasks = security.Unmask,
                NoNewPrivileges = security.NoNewPrivileges,
                ShmSize = ShmSize(flags, configuration),
                Ulimit = Checked(flags.All("ulimit"), ResourceLimit.Parse),
                Volumes = flags.IsSet("volume") ? Checked(flags.All("volume"), RunMount.OfVolume) : configuration.Volumes,
            },
        };
    });

    /// <summary>The request to run a command in a container with these settings; the caller sets the command.</summary>
    public static RunRequest Request(BuildSettings settings, Invocation call)
    {
        var commands = settings.Commands;
        var environment = call.Surroundings.Environment;
        var configuration = call.Surroundings.Configuration;
        return new RunRequest
        {
            Args = [],
            Isolation = settings.Isolation,
            Network = Network(settings),
            Networking = configuration.Networking,
            Pid = Namespace(settings, "pid")!,
            Ipc = Namespace(settings, "ipc")!,
            Uts = Namespace(settings, "uts")!,
            Cgroup = Namespace(settings, "cgroup"),
            Capabilities = [.. settings.Capabilities.Intersect(configuration.Capabilities)],
            CapAdd = [.. settings.Capabilities.Except(configuration.Capabilities)],
            GroupAdd = settings.GroupAdd,
            Devices = [.. settings.Devices.Select(DeviceRequest.Parse)],
            Mounts = [.. commands.Volumes.Select(RunMount.OfVolume)],
            SubscriptionFiles = SubscriptionFiles(call),
            CdiDirectories = settings.CdiDirectory is { } directory ? [directory] : configuration.CdiDirectories,
            CacheParent = CacheParent(call),
            AddHosts = [.. commands.AddHost.Select(HostEntry.Parse)],
            NoHosts = commands.NoHosts,
            BaseHostsFile = configuration.BaseHostsFile,
            HostAddress = configuration.HostAddress,
            ContainerNameAsHostname = configuration.ContainerNameAsHostname,
            DnsServers = Together(configuration.DnsServers, commands.DnsServers, "none"),
            DnsSearch = Together(configuration.DnsSearches, commands.DnsSearch, "."),
            DnsOptions = [.. configuration.DnsOptions, .. commands.DnsOptions],
            Sysctls = configuration.Sysctls,
            Ulimits = [.. configuration.Ulimits.Concat(commands.Ulimit).Select(ResourceLimit.Parse)],
            Resources = new RunResources
            {
                Memory = NullIfZero(commands.Memory),
                MemorySwap = NullIfZero(commands.MemorySwap),
                CpuShares = NullIfZero((long)commands.CpuShares),
                CpuQuota = NullIfZero(commands.CpuQuota),
                CpuPeriod = NullIfZero((long)commands.CpuPeriod),
                CpusetCpus = commands.CpuSetCpus,
                CpusetMems = commands.CpuSetMems,
                Pids = call.Flags.Has("pids-limit") ? call.Flags.Number("pids-limit") : null,
            },
            CgroupParent = commands.CgroupParent,
            ShmSize = commands.ShmSize,
            Security = new SecurityOptions
            {
                Seccomp = commands.SeccompProfilePath,
                Apparmor = commands.ApparmorProfile,
                Mask = commands.Masks,
                Unmask = commands.Unmasks,
                NoNewPrivileges = commands.NoNewPrivileges,
            },
            ProxyEnv = commands.HttpProxy ? ProxyVariables(environment) : [],
            SearchPath = environment.GetValueOrDefault("PATH") ?? StandardPath,
            Runtime = NullIfEmpty(environment.GetValueOrDefault("BUILDAH_RUNTIME")) ?? configuration.Runtime,
            RuntimePlaces = configuration.Runtimes,
            NoPivot = !string.IsNullOrEmpty(environment.GetValueOrDefault("BUILDAH_NOPIVOT")),
            AllSeccompArchitectures = environment.GetValueOrDefault("BUILDSHARP_SECCOMP_ARCHES") == "all",
            Warn = call.Log.Warning,
            Debug = call.Debug,
        };
    }

    /// <summary>Runs a parser and turns its <see cref="FormatException"/> into an error for the user.</summary>
    /// <exception cref="BuildSharpException">The parser failed; the message is the parser's.</exception>
    public static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException error)
        {
            throw new BuildSharpException(error.Message, error);
        }
    }

    /// <summary>Directory with the caches of cache mounts, where buildah keeps them: <c>buildah-cache-UID</c> in the directory for
    /// temporary files. In a user namespace UID is that of the user outside.</summary>
    public static string CacheParent(Invocation call)
    {
        var user = call.Surroundings.Environment.GetValueOrDefault("_CONTAINERS_ROOTLESS_UID") is { Length: > 0 } outside
            && uint.TryParse(outside, NumberStyles.None, CultureInfo.InvariantCulture, out var uid) ? uid : ProcessIdentity.EffectiveUser;
        return Path.Combine(FetchSettings.TemporaryDirectory(call), string.Create(CultureInfo.InvariantCulture, $"buildah-cache-{user}"));
    }

    // Those of containers-mounts.conf(5), unless a flag names another.
    private static IReadOnlyList<string> SubscriptionFiles(Invocation call)
    {
        if (call.Flags.NonEmptyText("default-mounts-file") is { } file)
        {
            var path = Path.GetFullPath(file, call.Surroundings.WorkingDirectory);
            return File.Exists(path) ? [path] : throw new BuildSharpException($"--default-mounts-file {file}: no such file");
        }

        var environment = call.Surroundings.Environment;
        var isRootless = ConfigurationOwner.Of(ProcessIdentity.RealUser, "/", environment).IsRootless;
        string[] system = ["/etc/containers/mounts.conf", "/usr/share/containers/mounts.conf"];
        return isRootless && environment.GetValueOrDefault("HOME") is { Length: > 0 } home ? [Path.Combine(home, ".config/containers/mounts.conf"), .. system] : system;
    }

    /// <summary>Parses a value of <c>--mount</c>.</summary>
    /// <exception cref="FormatException">The value violates a rule, which the message names.</exception>
    public static MountOptions MountOf(string text)
    {
        try
        {
            return MountOptions.Parse(text);
        }
        catch (UnknownMountKeyException error)
        {
            throw new FormatException($"invalid mount option: \"{error.Field}\" in --mount {text}", error);
        }
        catch (FormatException error)
        {
            throw new FormatException($"invalid mount option: --mount {text}: {error.Message}", error);
        }
    }

    /// <summary>Isolation from <c>--isolation</c> or <c>BUILDAH_ISOLATION</c>; null when neither is set.</summary>
    /// <exception cref="FormatException">The value is unknown; the message names the flag or the variable.</exception>
    public static Isolation? IsolationOf(Invocation call)
    {
        if (call.Flags.Text("isolation") is not { } text)
        {
            return null;
        }

        return call.Flags.IsSet("isolation") || text.ToLowerInvariant() is "oci" or "chroot" or "rootless"
            ? IsolationWords.Parse(text)
            : throw new FormatException($"unrecognized $BUILDAH_ISOLATION value {GoQuoting.Quote(text)}");
    }

    private static IReadOnlyList<NamespaceOption> Namespaces(FlagValues flags, NetworkChoice network, ContainersConf configuration) =>
    [
        .. NamespaceOption.Defaults.Select(option => option.Name switch
        {
            "network" => NetworkOption(network),
            "ipc" or "pid" or "uts" when flags.IsSet(option.Name) => Option(option.Name, flags.Text(option.Name)!),
            "cgroup" when flags.IsSet("cgroupns") => Option("cgroup", flags.Text("cgroupns")!),
            var name when configuration.HostNamespaces.TryGetValue(name, out var isHost) => new NamespaceOption(name, isHost),
            "cgroup" => option with { Host = !ControlGroups.AreUnified },
            _ => option,
        }),
    ];

    private static NamespaceOption Option(string name, string text)
    {
        var choice = NamespaceChoice.Parse(text);
        return new NamespaceOption(name, choice.IsHost, choice.Path);
    }

    private static NamespaceChoice? Namespace(BuildSettings settings, string name) =>
        settings.Namespaces.FirstOrDefault(option => option.Name == name) switch
        {
            { Host: true } => NamespaceChoice.Host,
            { Path: { } path } => NamespaceChoice.Parse(path),
            _ => NamespaceChoice.Private,
        };

    // As in buildah, the path is also the place for names of networks, and a new namespace without one is a private network.
    private static NamespaceOption NetworkOption(NetworkChoice network) => new(
        "network", network.IsHost, network.Path ?? (network.IsHost || network.IsNone || network.IsDefault || network == NetworkChoice.Private ? null : network.Text));

    private static NetworkChoice Network(BuildSettings settings) =>
        (settings.Network, settings.Namespaces.FirstOrDefault(option => option.Name == "network")) switch
        {
            (NetworkPolicy.Disabled, _) => NetworkChoice.None,
            (_, { Host: true }) => NetworkChoice.Host,
            (_, { Path: { Length: > 0 } path }) => NetworkChoice.Parse(path),
            (NetworkPolicy.Enabled, _) => NetworkChoice.Private,
            _ => NetworkChoice.Default,
        };

    private static IReadOnlyList<string> Groups(FlagValues flags)
    {
        var groups = flags.All("group-add");
        return groups.Count > 1 && groups.Contains("keep-groups")
            ? throw new BuildSharpException("the '--group-add keep-groups' option is not allowed with any other --group-add options")
            : groups;
    }

    private static IReadOnlyList<string> Capabilities(FlagValues flags, IReadOnlyList<string> usual)
    {
        if (flags.All("cap-add").Count + flags.All("cap-drop").Count == 0)
        {
            return usual;
        }

        var (add, drop) = (flags.All("cap-add").Select(Capability).ToList(), flags.All("cap-drop").Select(Capability).ToList());
        if (drop.Contains("CAP_ALL"))
        {
            return []; // whatever is added
        }

        // As in buildah, "all" means those that we have.
        var wanted = add.Contains("CAP_ALL") ? new CapabilitySet(ProcessIdentity.PermittedCapabilities).Names : usual.Union(add);
        return [.. wanted.Except(drop).Order(StringComparer.Ordinal)];
    }

    private static string Capability(string name)
    {
        var upper = name.ToUpperInvariant();
        return upper.StartsWith("CAP_", StringComparison.Ordinal) ? upper : "CAP_" + upper;
    }

    private static long Size(FlagValues flags, string name)
    {
        try
        {
            return flags.NonEmptyText(name) is { } text ? RunResources.ParseSize(text) : 0;
        }
        catch (FormatException error)
        {
            throw new FormatException($"invalid value for {name}: {error.Message}", error);
        }
    }

    private static string ShmSize(FlagValues flags, ContainersConf configuration)
    {
        var text = flags.IsSet("shm-size") || configuration.ShmSize is not { } usual ? flags.Text("shm-size")! : usual;
        try
        {
            return RunResources.ParseSize(text) / 1024 + "k";
        }
        catch (FormatException error)
        {
            throw new FormatException($"invalid --shm-size: {error.Message}", error);
        }
    }

    // "nothing" is a word such as "none" that empties a list. In flags it also drops the configured values; in the configuration, flags
    // replace it.
    private static IReadOnlyList<string> Together(IReadOnlyList<string> configured, IReadOnlyList<string> asked, string nothing) =>
        asked.Contains(nothing) || (asked.Count > 0 && configured.Contains(nothing)) ? asked
        : configured.Contains(nothing) ? [nothing]
        : [.. configured, .. asked];

    private static IReadOnlyList<string> Dns(FlagValues flags, string name, NetworkChoice network)
    {
        var values = flags.All(name);
        if (values.Count > 0 && network.IsNone)
        {
            throw new BuildSharpException($"the --{name} option cannot be used with --network=none");
        }

        return name == "dns" && values.Count > 1 && values.Contains("none")
            ? throw new BuildSharpException("invalid --dns, --dns=none may not be used with any other --dns options")
            : values;
    }

    private static IReadOnlyList<string> Checked<T>(IReadOnlyList<string> texts, Func<string, T> parse)
    {
        foreach (var text in texts)
        {
            parse(text);
        }

        return texts;
    }

    private static IReadOnlyList<string> ProxyVariables(IReadOnlyDictionary<string, string> environment)
    {
        string[] names = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY"];
        return [.. names.Where(environment.ContainsKey).Select(name => $"{name}={environment[name]}")];
    }

    private static long? NullIfZero(long value) => value == 0 ? null : value;

    private static string? NullIfEmpty(string? text) => text is { Length: > 0 } ? text : null;
}
