using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building.Reporting;

/// <summary>The config of an image as lines with the names of a Dockerfile's instructions.</summary>
internal static class ReportedConfig
{
    /// <summary>What is set.</summary>
    public static IReadOnlyList<ReportSetting> Of(ImageConfig image)
    {
        var config = image.Config;
        return
        [
            .. new ReportSetting[]
            {
                new("Platform", [image.Platform.ToString()]),
                new("Created", One(image.Created?.ToString())),
                new("Author", One(image.Author)),
                new("User", [config.User.Length > 0 ? config.User : "root"]),
                new("Working directory", [config.WorkingDir.Length > 0 ? config.WorkingDir : "/"]),
                new("Entrypoint", Words(config.Entrypoint)),
                new("Command", Words(config.Cmd)),
                new("Shell", Words(config.Shell)),
                new("Environment", [.. config.Env.Select(CommandText.Masked)]),
                new("Ports", [.. config.ExposedPorts.Order(StringComparer.Ordinal)]),
                new("Volumes", [.. config.Volumes.Order(StringComparer.Ordinal)]),
                new("Labels", [.. config.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => CommandText.Masked($"{label.Key}={label.Value}"))]),
                new("Stop signal", One(config.StopSignal)),
                new("Health check", Words(config.Healthcheck?.Test)),
                new("On build", config.OnBuild),
            }.Where(setting => setting.Values.Count > 0),
        ];
    }

    private static IReadOnlyList<string> One(string? value) => string.IsNullOrEmpty(value) ? [] : [value];

    private static IReadOnlyList<string> Words(IReadOnlyList<string>? words) => words is { Count: > 0 } ? [CommandText.Of(words)] : [];
}
