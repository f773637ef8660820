using BuildSharp.Build;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.WorkingContainers;

/// <summary>Applies <c>commit --config</c>, then <c>commit --change</c>, to the image's config. The container's config does not
/// change.</summary>
internal static class CommitChanges
{
    /// <summary>Parses both flags; null when both are absent.</summary>
    /// <exception cref="BuildSharpException">The file or an instruction is invalid.</exception>
    public static Func<ImageConfig, ImageConfig>? Read(Invocation call)
    {
        var instructions = call.Flags.All("change");
        var change = instructions.Count > 0 ? ConfigChange.Read(instructions, "--change") : null;
        if (call.Flags.NonEmptyText("config") is not { } file)
        {
            return change;
        }

        var given = ReadConfig(file, call);
        return image => change is null ? Override(image, given) : change(Override(image, given));
    }

    private static ContainerConfig ReadConfig(string file, Invocation call)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(Path.GetFullPath(file, call.Surroundings.WorkingDirectory));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BuildSharpException($"reading configuration blob from file: open {file}: no such file or directory", error);
        }

        try
        {
            return ContainerConfig.Parse(bytes);
        }
        catch (BuildSharpException error)
        {
            throw new BuildSharpException($"parsing configuration blob from {GoQuoting.Quote(file)}: {error.Message}", error);
        }
    }

    // An empty field of the file keeps the image's value.
    private static ImageConfig Override(ImageConfig image, ContainerConfig given)
    {
        var config = image.Config;
        return image with
        {
            Config = config with
            {
                Hostname = Or(given.Hostname, config.Hostname),
                Domainname = Or(given.Domainname, config.Domainname),
                User = Or(given.User, config.User),
                WorkingDir = Or(given.WorkingDir, config.WorkingDir),
                StopSignal = Or(given.StopSignal, config.StopSignal),
                StopTimeout = given.StopTimeout ?? config.StopTimeout,
                ExposedPorts = given.ExposedPorts.Count > 0 ? given.ExposedPorts : config.ExposedPorts,
                Volumes = given.Volumes.Count > 0 ? given.Volumes : config.Volumes,
                Labels = given.Labels.Count > 0 ? given.Labels : config.Labels,
                Env = given.Env.Count > 0 ? given.Env : config.Env,
                OnBuild = given.OnBuild.Count > 0 ? given.OnBuild : config.OnBuild,
                Shell = given.Shell.Count > 0 ? given.Shell : config.Shell,
                Entrypoint = given.Entrypoint is { Count: > 0 } ? given.Entrypoint : config.Entrypoint,
                Cmd = given.Cmd is { Count: > 0 } ? given.Cmd : config.Cmd,
                Healthcheck = given.Healthcheck ?? config.Healthcheck,
            },
        };
    }

    private static string Or(string given, string own) => given.Length > 0 ? given : own;
}
