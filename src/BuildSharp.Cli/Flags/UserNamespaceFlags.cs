namespace BuildSharp.Cli.Flags;

/// <summary>USERNS: mapping of user and group IDs (buildah-build(1)).</summary>
internal static class UserNamespaceFlags
{
    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        Flag.Text("userns", "user namespace: host", value: "namespace").Refuse(GlobalFlags.UserNamespaces, "host"),
        Flag.CsvList("userns-uid-map", "user IDs mapped, CONTAINER:HOST:LENGTH").Refuse(GlobalFlags.UserNamespaces),
        Flag.CsvList("userns-gid-map", "group IDs mapped, CONTAINER:HOST:LENGTH").Refuse(GlobalFlags.UserNamespaces),
        Flag.Text("userns-uid-map-user", "user whose subordinate IDs are mapped", value: "user").Refuse(GlobalFlags.UserNamespaces),
        Flag.Text("userns-gid-map-group", "group whose subordinate IDs are mapped", value: "group").Refuse(GlobalFlags.UserNamespaces),
        Flag.CsvList("group-add", "further group of commands", value: "groups"),
    ];
}
