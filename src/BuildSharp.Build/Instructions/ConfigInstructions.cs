using BuildSharp.Containers.Configuring;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;
using Healthcheck = BuildSharp.Oci.Healthcheck;

namespace BuildSharp.Build.Instructions;

/// <summary>What the instructions that only change the config do to it; pure. The rest of the instructions leaves it as it is.</summary>
internal static class ConfigInstructions
{
    private static readonly string[] DefaultShell = ["/bin/sh", "-c"];

    /// <summary>The config after an instruction.</summary>
    /// <param name="image">The config before it.</param>
    /// <param name="instruction">The instruction, its words expanded.</param>
    /// <param name="cmdSetHere">Whether this stage has had a CMD: an ENTRYPOINT then leaves it alone.</param>
    public static ImageConfig Apply(ImageConfig image, Instruction instruction, bool cmdSetHere) => instruction switch
    {
        EnvInstruction env => ImageConfigEditor.SetEnv(image, [.. env.Pairs.Select(pair => (pair.Name, pair.Value))]),
        LabelInstruction label => ImageConfigEditor.SetLabels(image, label.Pairs.Select(pair => (pair.Name, pair.Value))),
        CmdInstruction cmd => ImageConfigEditor.SetCmd(image, Words(cmd.Command, image)),
        EntrypointInstruction entrypoint => Entrypoint(image, entrypoint, cmdSetHere),
        UserInstruction user => ImageConfigEditor.SetUser(image, user.User),
        WorkdirInstruction workdir => ImageConfigEditor.SetWorkingDir(image, Directory(image, workdir)),
        ExposeInstruction expose => ImageConfigEditor.Expose(image, expose.Ports.SelectMany(ExposedPorts.Read)),
        VolumeInstruction volume => ImageConfigEditor.AddVolumes(image, volume.Paths.Select(path => VolumePath(volume, path))),
        StopSignalInstruction signal => ImageConfigEditor.SetStopSignal(image, signal.Signal),
        ShellInstruction shell => ImageConfigEditor.SetShell(image, shell.Arguments),
        HealthcheckInstruction healthcheck => ImageConfigEditor.SetHealthcheck(image, Check(healthcheck)),
        OnbuildInstruction onbuild => ImageConfigEditor.AddOnBuild(image, onbuild.TriggerText),
        MaintainerInstruction maintainer => ImageConfigEditor.SetAuthor(image, maintainer.Author),
        _ => image,
    };

    /// <summary>The words that start a command: as listed, or the stage's shell with one text.</summary>
    public static IReadOnlyList<string> Words(Command command, ImageConfig image) => command switch
    {
        ExecCommand exec => exec.Arguments,
        ShellCommand shell => [.. Shell(image), shell.Text],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The shell of shell forms.</summary>
    public static IReadOnlyList<string> Shell(ImageConfig image) => image.Config.Shell is { Count: > 0 } shell ? shell : DefaultShell;

    private static ImageConfig Entrypoint(ImageConfig image, EntrypointInstruction entrypoint, bool cmdSetHere)
    {
        // An inherited CMD was meant for the inherited ENTRYPOINT.
        var config = cmdSetHere ? image : ImageConfigEditor.SetCmd(image, null);
        return ImageConfigEditor.SetEntrypoint(config, Words(entrypoint.Command, image));
    }

    private static string Directory(ImageConfig image, WorkdirInstruction workdir)
    {
        // Path.Combine takes the second when it is absolute; GetFullPath drops ".", ".." and doubled slashes, and asks no file system.
        var path = Path.GetFullPath(Path.Combine("/", image.Config.WorkingDir, workdir.Path));
        return path.Length > 1 ? path.TrimEnd('/') : path;
    }

    private static string VolumePath(VolumeInstruction volume, string path) =>
        path.Trim() is { Length: > 0 } trimmed
            ? trimmed
            : throw new DockerfileException(volume.Span, "VOLUME specified can not be an empty string");

    private static Healthcheck Check(HealthcheckInstruction check) => new()
    {
        Test = check.Command switch
        {
            null => ["NONE"],
            ExecCommand exec => ["CMD", .. exec.Arguments],
            ShellCommand shell => ["CMD-SHELL", shell.Text],
            _ => throw new System.Diagnostics.UnreachableException(),
        },
        Interval = check.Interval,
        Timeout = check.Timeout,
        StartPeriod = check.StartPeriod,
        StartInterval = check.StartInterval,
        Retries = check.Retries ?? 0,
    };
}
