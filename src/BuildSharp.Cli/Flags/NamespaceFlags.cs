namespace BuildSharp.Cli.Flags;

/// <summary>NS: which namespaces a command shares with the host (buildah-build(1)).</summary>
internal static class NamespaceFlags
{
    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.Text("cgroupns", "cgroup namespace: private, host or a path", value: "namespace"),
        Flag.Text("ipc", "IPC namespace: private, host or a path", value: "namespace"),
        Flag.Text("network", "network: private (the default), host, none, the name of one, or a path", value: "network") with { Aliases = ["net"], Values = ["host", "none", "private"] },
        Flag.Text("pid", "PID namespace: private, host or a path", value: "namespace"),
        Flag.Text("uts", "UTS namespace: private, host or a path", value: "namespace"),
    ];
}
