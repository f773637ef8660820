using BuildSharp.Cli.Output;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Inspection;

/// <summary>An image config as the <c>.OCIv1</c> field of <c>inspect</c>, with the fields, names and order of the image-spec's Go
/// type.</summary>
internal static class OciConfigValue
{
    public static GoValue Of(ImageConfig image) => new GoValue.Struct("v1.Image",
    [
        new GoField("Created", "created", image.Created is { } created ? new GoValue.Time(created) : GoValue.None, OmitEmpty: true),
        new GoField("Author", "author", new GoValue.Text(image.Author ?? ""), OmitEmpty: true),
        GoField.Embedded("Platform", PlatformOf(image.Platform)),
        new GoField("Config", "config", Config(image.Config)),
        new GoField("RootFS", "rootfs", RootFs(image.DiffIds)),
        new GoField("History", "history", HistoryValue.Of(image.History), OmitEmpty: true),
    ]);

    /// <summary>A platform, in the form that configs and manifest lists share.</summary>
    public static GoValue.Struct PlatformOf(Platform platform) => new("v1.Platform",
    [
        new GoField("Architecture", "architecture", new GoValue.Text(platform.Architecture)),
        new GoField("OS", "os", new GoValue.Text(platform.Os)),
        new GoField("OSVersion", "os.version", new GoValue.Text(platform.OsVersion ?? ""), OmitEmpty: true),
        new GoField("OSFeatures", "os.features", GoValue.TextsOrNone(platform.OsFeatures), OmitEmpty: true),
        new GoField("Variant", "variant", new GoValue.Text(platform.Variant ?? ""), OmitEmpty: true),
    ]);

    /// <summary>The list of diff IDs, in the form that OCI and Docker configs share.</summary>
    public static GoValue.Struct RootFs(IReadOnlyList<DiffId> diffIds) => new("v1.RootFS",
    [
        new GoField("Type", "type", new GoValue.Text("layers")),
        new GoField("DiffIDs", "diff_ids", GoValue.Texts(diffIds.Select(id => id.ToString())) with { TypeName = "[]digest.Digest" }),
    ]);

    /// <summary>A set as Go has it: a map from the names to empty structs.</summary>
    public static GoValue.Map Set(IReadOnlyCollection<string> names)
    {
        var entries = new SortedDictionary<string, GoValue>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            entries[name] = new GoValue.Struct("struct {}", []);
        }

        return new GoValue.Map(entries.Count == 0 ? null : entries)
        {
            Zero = new GoValue.Struct("struct {}", []),
            TypeName = "map[string]struct {}",
        };
    }

    private static GoValue Config(ContainerConfig config) => new GoValue.Struct("v1.ImageConfig",
    [
        new GoField("User", "User", new GoValue.Text(config.User), OmitEmpty: true),
        new GoField("ExposedPorts", "ExposedPorts", Set(config.ExposedPorts), OmitEmpty: true),
        new GoField("Env", "Env", GoValue.TextsOrNone(config.Env), OmitEmpty: true),
        new GoField("Entrypoint", "Entrypoint", GoValue.Texts(config.Entrypoint), OmitEmpty: true),
        new GoField("Cmd", "Cmd", GoValue.Texts(config.Cmd), OmitEmpty: true),
        new GoField("Volumes", "Volumes", Set(config.Volumes), OmitEmpty: true),
        new GoField("WorkingDir", "WorkingDir", new GoValue.Text(config.WorkingDir), OmitEmpty: true),
        new GoField("Labels", "Labels", GoValue.TextMap(config.Labels.Count == 0 ? null : config.Labels), OmitEmpty: true),
        new GoField("StopSignal", "StopSignal", new GoValue.Text(config.StopSignal), OmitEmpty: true),
        new GoField("ArgsEscaped", "ArgsEscaped", new GoValue.Bool(config.ArgsEscaped), OmitEmpty: true),
    ]);
}
