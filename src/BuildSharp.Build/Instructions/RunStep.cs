using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Linux;
using BuildSharp.Notation;
using BuildSharp.Oci;
using BuildSharp.Running;
using RunMount = BuildSharp.Running.RunMount;

namespace BuildSharp.Build.Instructions;

/// <summary>Translates RUN to a request for <see cref="IStageContainer.RunAsync"/>.</summary>
internal static class RunStep
{
    /// <summary>The request for an instruction.</summary>
    /// <param name="run">The instruction.</param>
    /// <param name="image">The stage's config before the instruction.</param>
    /// <param name="scope">Build arguments for the command, in addition to the image's variables.</param>
    /// <param name="template">Settings shared by all RUN instructions of the build.</param>
    /// <param name="mounts">The mounts of the instruction.</param>
    /// <param name="allowed">Rights that the caller allows.</param>
    /// <param name="script">Path of the file with the <see cref="InterpretedScript"/>; null when there is none.</param>
    /// <exception cref="DockerfileException">The instruction asks for rights that are not allowed.</exception>
    public static RunRequest Request(
        RunInstruction run, ImageConfig image, BuildScope scope, RunRequest template, IReadOnlyList<RunMount> mounts, Entitlements allowed, string? script)
    {
        Check(run, allowed);
        return template with
        {
            SignalsCancel = true,
            Args = script is null ? Words(run, image) : [.. ConfigInstructions.Shell(image), ScriptPlace(run)],
            Mounts = script is null
                ? [.. template.Mounts, .. mounts]
                : [.. template.Mounts, .. mounts, new BindMount { Source = script, Destination = ScriptPlace(run), Options = ["ro", "private", "rbind"] }],
            Env = [.. template.Env, .. scope.RunEnvironment.Except(scope.Environment).Select(pair => $"{pair.Key}={pair.Value}")],
            IsInsecure = run.Security is "insecure",
            Devices = [.. template.Devices, .. run.Devices.Select(device => DeviceRequest.Cdi(device.Name) with { IsOptional = !device.IsRequired })],
            Network = run.Network switch
            {
                null or "default" => template.Network,
                "none" => NetworkChoice.None,
                "host" => NetworkChoice.Host,
                var other => throw new DockerfileException(run.Span, $"invalid network mode \"{other}\": it is default, none or host"),
            },
        };
    }

    /// <summary>The content of a RUN that consists of one heredoc with a "#!" line; null for any other RUN.</summary>
    public static string? InterpretedScript(RunInstruction run) =>
        run.Script is { } script && script.Content.StartsWith("#!", StringComparison.Ordinal) ? script.Content : null;

    /// <summary>Writes such a script to a file in the directory, and returns its path.</summary>
    public static string WriteScript(string text, string directory)
    {
        var path = Path.Combine(directory, "script");
        File.WriteAllBytes(path, LosslessUtf8.Encode(text));
        File.SetUnixFileMode(path, (UnixFileMode)Octal.O755);
        return path;
    }

    // The delimiter of a heredoc may contain characters that a file name cannot.
    private static string ScriptPlace(RunInstruction run) =>
        run.Script!.Name is var name && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-') ? $"/dev/pipes/{name}" : "/dev/pipes/script";

    private static IReadOnlyList<string> Words(RunInstruction run, ImageConfig image)
    {
        if (run.ShellText is not { } text)
        {
            return run.Command is ExecCommand { Arguments: { Count: > 0 } words }
                ? words
                : throw new DockerfileException(run.Span, "RUN [] has no command");
        }
        // RUN without a command starts the shell without arguments, which reports the mistake; an empty heredoc is an empty script.
        return text.Length == 0 && run.Statement.Heredocs.Count == 0 ? ConfigInstructions.Shell(image) : [.. ConfigInstructions.Shell(image), text];
    }

    private static void Check(RunInstruction run, Entitlements allowed)
    {
        if (run.Devices.FirstOrDefault(device => !allowed.HasDevice(device.Name)) is { } device)
        {
            throw new DockerfileException(
                device.Span, $"device {GoQuoting.Quote(device.Name)} is not allowed", $"The build gets it with --allow device={device.Name}; --allow device allows all.");
        }

        if (run.Security is "insecure" && !allowed.InsecureSecurity)
        {
            throw new DockerfileException(
                run.Span, "security.insecure is not allowed", "The command would have all rights of the builder; --allow security.insecure allows it.");
        }
    }
}
