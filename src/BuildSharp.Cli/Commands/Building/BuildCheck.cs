using BuildSharp.Cli.Commands.Checking;
using BuildSharp.Containers.Fetching;

namespace BuildSharp.Cli.Commands.Building;

/// <summary><c>build --check</c>: reports errors and warnings of a Containerfile without building it or opening a store.</summary>
internal static class BuildCheck
{
    /// <summary>Prints the findings.</summary>
    /// <exception cref="Oci.BuildSharpException">No Containerfile is found, or a flag's value is invalid.</exception>
    public static async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        // An unset --format must not pass its default, which is an image format.
        var write = FindingsFormat.Parse(call.Flags.IsSet("format") ? call.Flags.Text("format") : null, "with --check");
        using var fetcher = new Fetcher(FetchSettings.Options(call));
        var files = await Containerfiles.FindAsync(call, fetcher, cancellation).ConfigureAwait(false);
        var request = BuildInput.ForPlan(files.Sources, call) with { NamedContexts = BuildInput.NamedContexts(call) };
        var found = DockerfileFindings.Of(request, files.Context.Ignored, call.Surroundings.Environment);
        write(found, call.Out);
        return found.Errors > 0 ? LintCommand.FoundErrors : 0;
    }
}
