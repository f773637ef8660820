using BuildSharp.Containers.Running;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;

namespace BuildSharp.Build.Instructions;

/// <summary>RUN as one request to the verb that runs commands.</summary>
internal static class RunStep
{
    /// <summary>The request.</summary>
    /// <param name="run">The instruction.</param>
    /// <param name="image">The stage's config so far.</param>
    /// <param name="scope">What the command sees besides the image's variables.</param>
    /// <param name="template">What every RUN of the build has in common.</param>
    /// <exception cref="DockerfileException">It asks for something that is not supported.</exception>
    public static RunRequest Request(RunInstruction run, ImageConfig image, BuildScope scope, RunRequest template)
    {
        Refuse(run);
        return template with
        {
            Args = Words(run, image),
            Env = [.. template.Env, .. scope.RunEnvironment.Except(scope.Environment).Select(pair => $"{pair.Key}={pair.Value}")],
            Network = run.Network switch
            {
                null or "default" => template.Network,
                "none" => NetworkChoice.None,
                "host" => NetworkChoice.Host,
                var other => throw new DockerfileException(run.Span, $"invalid network mode \"{other}\": it is default, none or host"),
            },
        };
    }

    private static IReadOnlyList<string> Words(RunInstruction run, ImageConfig image)
    {
        if (run.ShellText is not { } text)
        {
            return run.Command is ExecCommand { Arguments: { Count: > 0 } words }
                ? words
                : throw new DockerfileException(run.Span, "RUN [] has no command");
        }
        if (run.Script is not null && text.StartsWith("#!", StringComparison.Ordinal))
            throw new DockerfileException(run.Span, "a heredoc with an interpreter line (#!) is not supported yet: only the shell runs it");
        // A bare RUN leaves it to the shell to say what it misses.
        return text.Length == 0 ? ConfigInstructions.Shell(image) : [.. ConfigInstructions.Shell(image), text];
    }

    private static void Refuse(RunInstruction run)
    {
        if (run.Mounts.Count > 0) throw new DockerfileException(run.Span, "RUN --mount is not supported yet");
        if (run.Devices.Count > 0) throw new DockerfileException(run.Span, "RUN --device is not supported yet");
        if (run.Security is "insecure") throw new DockerfileException(run.Span, "RUN --security=insecure is not supported");
    }
}
