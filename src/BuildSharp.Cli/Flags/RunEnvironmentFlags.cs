namespace BuildSharp.Cli.Flags;

/// <summary>RUNENV: environment of the processes of <c>RUN</c> and <c>run</c> (buildah-build(1)).</summary>
internal static class RunEnvironmentFlags
{
    /// <summary>Capabilities to add to or drop from the default set.</summary>
    public static IReadOnlyList<FlagDefinition> Capabilities { get; } =
    [
        Flag.CsvList("cap-add", "capability commands have besides the usual ones", value: "capabilities"),
        Flag.CsvList("cap-drop", "capability commands do not have", value: "capabilities"),
    ];

    /// <summary>How commands are isolated from the host.</summary>
    public static FlagDefinition Isolation { get; } =
        Flag.Text("isolation", "how commands are kept apart from the host: oci, chroot without a runtime, or rootless in a user namespace", variable: "BUILDAH_ISOLATION", value: "type") with { Values = ["oci", "chroot", "rootless"] };

    /// <summary>Device nodes for the command.</summary>
    public static FlagDefinition Device { get; } =
        Flag.List("device", "host device commands may use, HOST[:CONTAINER][:rwm], or a CDI device, VENDOR/CLASS=NAME", value: "device");

    /// <summary>Most processes of a command. A container cannot remember it: buildah's state has no field for it.</summary>
    public static FlagDefinition PidsLimit { get; } = Flag.Number("pids-limit", "most processes a command may have at once, -1 for no limit");

    /// <summary>Bind mounts of host directories.</summary>
    public static FlagDefinition Volume { get; } =
        Flag.List("volume", "host directory mounted while a command runs, HOST:CONTAINER[:OPTIONS]", 'v', value: "mount");

    /// <summary>The flags of <c>from</c> and <c>build</c>.</summary>
    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.CsvList("add-host", "line for /etc/hosts, NAME:IP"),
        .. Capabilities,
        Flag.Text("cdi-config-dir", "directory of CDI files", value: "dir").Hide(),
        Flag.Text("cgroup-parent", "cgroup that commands' own are made in", value: "cgroup"),
        Flag.Number("cpu-period", "CPU period in microseconds"),
        Flag.Number("cpu-quota", "CPU time in each period, in microseconds"),
        Flag.Number("cpu-shares", "CPU weight", 'c'),
        Flag.Text("cpuset-cpus", "CPUs to run on", value: "cpus"),
        Flag.Text("cpuset-mems", "memory nodes to use", value: "nodes"),
        Flag.Text("memory", "memory limit, N[bkmg]", 'm', value: "size"),
        Flag.Text("memory-swap", "limit of memory and swap together, -1 for none", value: "size"),
        Device,
        Flag.CsvList("dns", "name server for /etc/resolv.conf", value: "servers"),
        Flag.CsvList("dns-option", "option for /etc/resolv.conf", value: "options"),
        Flag.CsvList("dns-search", "search domain for /etc/resolv.conf", value: "domains"),
        Flag.Bool("http-proxy", "pass the proxy variables of the environment to commands", on: true),
        Isolation,
        Flag.List("security-opt", "security option: apparmor, seccomp, mask, unmask or no-new-privileges", value: "option"),
        Flag.Text("shm-size", "size of /dev/shm", standard: "64m", value: "size"),
        Flag.CsvList("ulimit", "resource limit, NAME=SOFT[:HARD]", value: "limits"),
        Volume,
    ];
}
