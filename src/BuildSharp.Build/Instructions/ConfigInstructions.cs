using BuildSharp.Containers.Configuring;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Oci;
using Healthcheck = BuildSharp.Oci.Healthcheck;

namespace BuildSharp.Build.Instructions;

/// <summary>Instructions that change only the image config.</summary>
internal static class ConfigInstructions
{
    private static readonly string[] DefaultShell = ["/bin/sh", "-c"];

    /// <summary>The config after an instruction; unchanged for instructions that do not change the config.</summary>
    /// <param name="image">The config before it.</param>
    /// <param name="instruction">The instruction, expanded.</param>
    /// <param name="cmdSetHere">Whether this stage had a CMD before, which ENTRYPOINT then keeps.</param>
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

    /// <summary>The arguments of a command: the exec form as written, or the shell with the text of the shell form.</summary>
    public static IReadOnlyList<string> Words(Command command, ImageConfig image) => command switch
    {
        ExecCommand exec => exec.Arguments,
        ShellCommand shell => [.. Shell(image), shell.Text],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The shell for commands in shell form.</summary>
    public static IReadOnlyList<string> Shell(ImageConfig image) => image.Config.Shell is { Count: > 0 } shell ? shell : DefaultShell;

    private static ImageConfig Entrypoint(ImageConfig image, EntrypointInstruction entrypoint, bool cmdSetHere)
    {
        // A CMD inherited from the base image belongs to the ENTRYPOINT of the base image, so a new ENTRYPOINT resets it.
        var config = cmdSetHere ? image : ImageConfigEditor.SetCmd(image, null);
        return ImageConfigEditor.SetEntrypoint(config, Words(entrypoint.Command, image));
    }

    private static string Directory(ImageConfig image, WorkdirInstruction workdir)
    {
        // Text only, no file access: Combine keeps an absolute second path; GetFullPath removes ".", ".." and double slashes.
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
