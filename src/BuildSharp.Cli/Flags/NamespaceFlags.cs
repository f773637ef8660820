namespace BuildSharp.Cli.Flags;

/// <summary>NS: which namespaces a command shares with the host (cli.md §4).</summary>
internal static class NamespaceFlags
{
    private const string Fixed = "commands get namespaces of their own, and the host's network";

    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.Text("cgroupns", "cgroup namespace: private or host", value: "namespace").Refuse(Fixed, "", "private", "container"),
        Flag.Text("ipc", "IPC namespace: private, host or a path", value: "namespace").Refuse(Fixed, "", "private", "container"),
        Flag.Text("network", "network namespace: host", value: "network").Refuse("the host's network is used; say --network host", "host")
            with { Aliases = ["net"] },
        Flag.Text("pid", "PID namespace: private, host or a path", value: "namespace").Refuse(Fixed, "", "private", "container"),
        Flag.Text("uts", "UTS namespace: private, host or a path", value: "namespace").Refuse(Fixed, "", "private", "container"),
    ];
}
