using BuildSharp.Cli.Commands.Checking;
using BuildSharp.Containers.Fetching;

namespace BuildSharp.Cli.Commands;

/// <summary><c>build --check</c>: what is wrong or doubtful about a Containerfile, without building it or opening a store.</summary>
internal static class BuildCheck
{
    /// <summary>Prints the findings.</summary>
    /// <exception cref="Oci.BuildSharpException">There is nothing to check, or a flag's value is not one.</exception>
    public static async Task<int> RunAsync(Invocation call, CancellationToken cancellation)
    {
        // The flag has a default, which is the format of an image.
        var write = FindingsFormat.Parse(call.Flags.IsSet("format") ? call.Flags.Text("format") : null, "with --check");
        using var fetcher = new Fetcher(FetchSettings.Options(call));
        var files = await Containerfiles.FindAsync(call, fetcher, cancellation).ConfigureAwait(false);
        var request = BuildInput.ForPlan(files.Sources, call) with { NamedContexts = BuildInput.NamedContexts(call) };
        var found = DockerfileFindings.Of(request, files.Context.Ignored, call.Surroundings.Environment);
        write(found, call.Out);
        return found.Errors > 0 ? LintCommand.FoundErrors : 0;
    }
}
