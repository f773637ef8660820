using BuildSharp.Build.Contexts;
using BuildSharp.Containers.Fetching;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>The context of <c>build</c> (buildah-build(1)): a local directory, or a remote or archived context that is fetched or
/// unpacked.</summary>
/// <param name="Typed">As typed; <c>.</c> when omitted.</param>
/// <param name="Directory">Absolute path of the directory.</param>
/// <param name="Foreign">The unpacked context, whose content is not trusted; null for a local directory.</param>
/// <param name="Containerfile">Name of the Containerfile in <paramref name="Directory"/> when the argument was a file; null to look for
/// one.</param>
internal sealed record ContextArgument(string Typed, string Directory, ForeignContext? Foreign = null, string? Containerfile = null)
{
    /// <summary>Finds the context; fetches or unpacks it where necessary.</summary>
    /// <exception cref="BuildSharpException">It does not exist or cannot be fetched.</exception>
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

        // Keep .git, as buildah does: a build may ask git for its version.
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
