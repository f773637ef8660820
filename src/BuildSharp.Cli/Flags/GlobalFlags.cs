namespace BuildSharp.Cli.Flags;

/// <summary>Flags of every verb, allowed before or after it (buildah(1)).</summary>
internal static class GlobalFlags
{
    private const string NoProfiles = "the process is not measured";

    /// <summary>Only without a verb, because <c>-v</c> is <c>--volume</c> for some verbs.</summary>
    public static FlagDefinition Version { get; } = Flag.Bool("version", "print the version and exit", 'v');

    /// <summary>The same as <c>--log-level debug</c>.</summary>
    public static FlagDefinition Debug { get; } = Flag.Bool("debug", "show debug log lines").Hide();

    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.Text("cgroup-manager", "cgroup manager of the OCI runtime: cgroupfs or systemd", value: "manager")
            .Refuse("containers get no cgroup of their own", "", "cgroupfs"),
        Flag.Text("imagestore", "directory that holds images, apart from containers", value: "dir")
            .Refuse("images and containers share one directory"),
        Flag.Text("log-level", "least severe log lines to show: trace, debug, info, warn, error, fatal or panic", standard: "warn", value: "level") with { Values = ["trace", "debug", "info", "warn", "error", "fatal", "panic"] },
        Flag.Text("registries-conf", "registries configuration file, instead of the system's", value: "file"),
        Flag.Text("registries-conf-dir", "directory of further registries configuration files", value: "dir"),
        Flag.Text("root", "directory of images and containers", value: "dir"),
        Flag.Text("runroot", "directory of state that a reboot may lose", value: "dir"),
        Flag.Text("short-name-alias-conf", "file of remembered short names", value: "file"),
        Flag.Text("storage-driver", "how layers are kept (default from STORAGE_DRIVER or storage.conf)", value: "driver") with { Values = ["overlay", "vfs"] },
        Flag.CsvList("storage-opt", "option of the storage driver, KEY=VALUE (default from STORAGE_OPTS)"),
        Flag.Bool("transient-store", "keep container records where a reboot loses them").Refuse("container records are always kept", "false"),
        Flag.CsvList("userns-uid-map", "user IDs mapped into containers, CONTAINER:HOST:LENGTH").Refuse(UserNamespaces),
        Flag.CsvList("userns-gid-map", "group IDs mapped into containers, CONTAINER:HOST:LENGTH").Refuse(UserNamespaces),
        Flag.Text("default-mounts-file", "file of mounts for every run", value: "file").Hide(),
        Debug,
        Flag.Text("cpu-profile", "file for a profile of the process", value: "file").Hide().Refuse(NoProfiles),
        Flag.Text("memory-profile", "file for a profile of the process's memory", value: "file").Hide().Refuse(NoProfiles),
    ];

    /// <summary>Reason for refusing all flags about user namespaces.</summary>
    public const string UserNamespaces = "containers run in the host's user namespace";
}
