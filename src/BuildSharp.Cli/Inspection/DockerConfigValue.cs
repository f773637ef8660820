using BuildSharp.Cli.Output;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Inspection;

/// <summary>An image config as the <c>.Docker</c> field of <c>inspect</c>, with the fields, names and order of Docker's Go type.</summary>
internal static class DockerConfigValue
{
    private const string Words = "strslice.StrSlice";

    public static GoValue Of(ImageConfig image) => new GoValue.Struct("docker.V2Image",
    [
        GoField.Embedded("V1Image", new GoValue.Struct("docker.V1Image",
        [
            Text("ID", "id", "", omitEmpty: true),
            Text("Parent", "", ""),
            Text("Comment", "comment", image.Comment ?? "", omitEmpty: true),
            new GoField("Created", "created", new GoValue.Time(image.Created ?? Timestamp.GoZero)),
            Text("Container", "container", image.Container ?? "", omitEmpty: true),
            new GoField("ContainerConfig", "container_config", Config(image.ContainerConfigSnapshot ?? image.Config)),
            Text("DockerVersion", "docker_version", image.DockerVersion ?? "", omitEmpty: true),
            Text("Author", "author", image.Author ?? "", omitEmpty: true),
            new GoField("Config", "config", Config(image.Config) with { IsPointer = true }),
            Text("Architecture", "architecture", image.Architecture, omitEmpty: true),
            Text("Variant", "variant", image.Variant ?? "", omitEmpty: true),
            Text("OS", "os", image.Os, omitEmpty: true),
            new GoField("Size", "", new GoValue.Integer(0) { TypeName = "int64" }),
        ])),
        Text("Parent", "parent", image.Parent ?? "", omitEmpty: true),
        new GoField("RootFS", "rootfs", OciConfigValue.RootFs(image.DiffIds) with { TypeName = "docker.V2S2RootFS", IsPointer = true }),
        new GoField("History", "history", HistoryValue.OfDocker(image.History), OmitEmpty: true),
        Text("OSVersion", "os.version", image.OsVersion ?? "", omitEmpty: true),
        new GoField("OSFeatures", "os.features", GoValue.TextsOrNone(image.OsFeatures), OmitEmpty: true),
    ]);

    private static GoValue.Struct Config(ContainerConfig config) => new("docker.Config",
    [
        Text("Hostname", "Hostname", config.Hostname),
        Text("Domainname", "Domainname", config.Domainname),
        Text("User", "User", config.User),
        Bool("AttachStdin", config.AttachStdin),
        Bool("AttachStdout", config.AttachStdout),
        Bool("AttachStderr", config.AttachStderr),
        new GoField("ExposedPorts", "ExposedPorts", OciConfigValue.Set(config.ExposedPorts) with { TypeName = "docker.PortSet" }, OmitEmpty: true),
        Bool("Tty", config.Tty),
        Bool("OpenStdin", config.OpenStdin),
        Bool("StdinOnce", config.StdinOnce),
        new GoField("Env", "Env", GoValue.TextsOrNone(config.Env)),
        new GoField("Cmd", "Cmd", GoValue.Texts(config.Cmd) with { TypeName = Words }),
        new GoField("Healthcheck", "Healthcheck", Check(config.Healthcheck), OmitEmpty: true),
        Bool("ArgsEscaped", config.ArgsEscaped, omitEmpty: true),
        Text("Image", "Image", config.Image),
        new GoField("Volumes", "Volumes", OciConfigValue.Set(config.Volumes)),
        Text("WorkingDir", "WorkingDir", config.WorkingDir),
        new GoField("Entrypoint", "Entrypoint", GoValue.Texts(config.Entrypoint) with { TypeName = Words }),
        Bool("NetworkDisabled", config.NetworkDisabled, omitEmpty: true),
        Text("MacAddress", "MacAddress", config.MacAddress, omitEmpty: true),
        new GoField("OnBuild", "OnBuild", GoValue.TextsOrNone(config.OnBuild)),
        new GoField("Labels", "Labels", GoValue.TextMap(config.Labels.Count == 0 ? null : config.Labels)),
        Text("StopSignal", "StopSignal", config.StopSignal, omitEmpty: true),
        new GoField("StopTimeout", "StopTimeout", config.StopTimeout is { } seconds ? new GoValue.Integer(seconds) : new GoValue.Nil("*int"), OmitEmpty: true),
        new GoField("Shell", "Shell", GoValue.TextsOrNone(config.Shell) with { TypeName = Words }, OmitEmpty: true),
    ]);

    private static GoValue Check(Healthcheck? check) => check is null ? new GoValue.Nil("*docker.HealthConfig") : new GoValue.Struct("docker.HealthConfig",
    [
        new GoField("Test", "Test", GoValue.Texts(check.Test), OmitEmpty: true),
        Duration("Interval", check.Interval),
        Duration("Timeout", check.Timeout),
        Duration("StartPeriod", check.StartPeriod),
        Duration("StartInterval", check.StartInterval),
        new GoField("Retries", "Retries", new GoValue.Integer(check.Retries), OmitEmpty: true),
    ])
    {
        IsPointer = true,
    };

    private static GoField Text(string name, string jsonName, string value, bool omitEmpty = false) =>
        new(name, jsonName, new GoValue.Text(value), omitEmpty);

    private static GoField Bool(string name, bool value, bool omitEmpty = false) => new(name, name, new GoValue.Bool(value), omitEmpty);

    private static GoField Duration(string name, TimeSpan? value) =>
        new(name, name, new GoValue.Duration((value ?? TimeSpan.Zero).Ticks * TimeSpan.NanosecondsPerTick), OmitEmpty: true);
}
