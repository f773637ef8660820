using BuildSharp.Build.Contexts;
using BuildSharp.Containers.Fetching;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands;

/// <summary>What <c>build</c>'s one argument stands for (buildah-build(1)): a directory here, or something that has to be brought here.</summary>
/// <param name="Typed">As typed; <c>.</c> when nothing was.</param>
/// <param name="Directory">Absolute path of the directory.</param>
/// <param name="Foreign">What was unpacked there, if somebody else made it; null for a directory of this machine.</param>
/// <param name="Containerfile">The one file that the argument was, below <paramref name="Directory"/>; null when that has to be looked for.</param>
internal sealed record ContextArgument(string Typed, string Directory, ForeignContext? Foreign = null, string? Containerfile = null)
{
    /// <summary>Finds it, and fetches or unpacks it where it must.</summary>
    /// <exception cref="BuildSharpException">It is not there, or cannot be fetched.</exception>
    public static async Task<ContextArgument> FindAsync(Invocation call, Fetcher fetcher, CancellationToken cancellation)
    {
        var typed = call.Positionals.Count > 0 ? call.Positionals[0] : ".";
        var intake = new ContextIntake(fetcher);
        if (typed == "-")
        {
            if (call.Flags.All("file").Contains("-"))
            {
                throw new BuildSharpException("standard input cannot be both the context and a Containerfile");
            }

            using var input = call.Surroundings.OpenInput();
            return Of(typed, await intake.ReadAsync(input, "context on standard input", cancellation).ConfigureAwait(false));
        }

        var path = Path.GetFullPath(typed, call.Surroundings.WorkingDirectory);
        if (System.IO.Directory.Exists(path))
        {
            return new ContextArgument(typed, Path.TrimEndingDirectorySeparator(path));
        }

        // With .git, as buildah has it: a build may ask git which version this is.
        if (ContextIntake.IsRemote(typed))
        {
            return Of(typed, await intake.FetchAsync(typed, keepGitDirectory: true, cancellation).ConfigureAwait(false));
        }

        if (!File.Exists(path))
        {
            throw new BuildSharpException($"context directory {typed}: {FileStatus.WhyMissing(path)}");
        }

        return intake.TryUnpack(path, typed, cancellation) is { } unpacked
            ? Of(typed, unpacked)
            : new ContextArgument(typed, Path.GetDirectoryName(path)!, Containerfile: Path.GetFileName(path));
    }

    private static ContextArgument Of(string typed, ForeignContext foreign) =>
        new(typed, foreign.Directory, foreign, foreign.IsDockerfileAlone ? "Dockerfile" : null);
}
