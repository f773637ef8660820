namespace BuildSharp.Cli.Flags;

/// <summary>RUNENV: how the processes of <c>RUN</c> and <c>run</c> live (cli.md §4).</summary>
internal static class RunEnvironmentFlags
{
    private const string NotRemembered = "a container does not remember it; give it to \"run\" where that has the flag";
    private const string NoLimits = "commands run without resource limits of their own";

    /// <summary>The two that <c>run</c> shares with <c>from</c> and <c>build</c>.</summary>
    public static IReadOnlyList<FlagDefinition> Capabilities { get; } =
    [
        Flag.CsvList("cap-add", "capability the command has besides the usual ones", value: "capabilities"),
        Flag.CsvList("cap-drop", "capability the command does not have", value: "capabilities"),
    ];

    /// <summary>How commands are kept apart from the host.</summary>
    public static FlagDefinition Isolation { get; } =
        Flag.Text("isolation", "how commands are kept apart from the host: oci", variable: "BUILDAH_ISOLATION", value: "type");

    /// <summary>Device nodes for the command.</summary>
    public static FlagDefinition Device { get; } = Flag.List("device", "host device the command may use, HOST[:CONTAINER][:rwm]")
        .Refuse("only the default devices exist in containers");

    /// <summary>Directories of the host.</summary>
    public static FlagDefinition Volume { get; } =
        Flag.List("volume", "host directory mounted while a command runs, HOST:CONTAINER[:OPTIONS]", 'v', value: "mount");

    /// <summary>The group as <c>from</c> and <c>build</c> have it.</summary>
    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.CsvList("add-host", "line for /etc/hosts, NAME:IP").Refuse(NotRemembered),
        .. Capabilities.Select(flag => flag.Refuse(NotRemembered)),
        Flag.Text("cdi-config-dir", "directory of CDI files", value: "dir").Hide().Refuse("CDI devices are unknown"),
        Flag.Text("cgroup-parent", "parent cgroup", value: "cgroup").Refuse(NoLimits),
        Flag.Number("cpu-period", "CPU period of the scheduler").Refuse(NoLimits, "0"),
        Flag.Number("cpu-quota", "CPU quota of the scheduler").Refuse(NoLimits, "0"),
        Flag.Number("cpu-shares", "CPU weight", 'c').Refuse(NoLimits, "0"),
        Flag.Text("cpuset-cpus", "CPUs to run on", value: "cpus").Refuse(NoLimits),
        Flag.Text("cpuset-mems", "memory nodes to use", value: "nodes").Refuse(NoLimits),
        Flag.Text("memory", "memory limit, N[bkmg]", 'm', value: "size").Refuse(NoLimits),
        Flag.Text("memory-swap", "limit of memory and swap together", value: "size").Refuse(NoLimits),
        Device,
        Flag.CsvList("dns", "name server for /etc/resolv.conf").Refuse(NotRemembered),
        Flag.CsvList("dns-option", "option for /etc/resolv.conf").Refuse(NotRemembered),
        Flag.CsvList("dns-search", "search domain for /etc/resolv.conf").Refuse(NotRemembered),
        Flag.Bool("http-proxy", "pass the proxy variables of the environment to commands", on: true)
            .Refuse("the proxy variables are always passed", "true"),
        Isolation,
        Flag.List("security-opt", "security option: label, apparmor, seccomp, mask, unmask or no-new-privileges")
            .Refuse("the default security options apply", "label=disable"),
        Flag.Text("shm-size", "size of /dev/shm", standard: "64m", value: "size").Refuse("/dev/shm has 64 MB", "64m", "64M", "65536k"),
        Flag.CsvList("ulimit", "resource limit, NAME=SOFT[:HARD]").Refuse(NotRemembered),
        Volume.Refuse(NotRemembered),
    ];
}
