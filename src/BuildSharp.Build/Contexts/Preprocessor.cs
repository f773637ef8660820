using BuildSharp.Containers.Fetching;
using BuildSharp.Oci;

namespace BuildSharp.Build.Contexts;

/// <summary>Runs a Dockerfile whose name ends in <c>.in</c> through the C preprocessor, with the arguments that buildah uses.</summary>
/// <param name="fetcher">Provides the environment and temporary directories.</param>
public sealed class Preprocessor(Fetcher fetcher)
{
    /// <summary>Runs cpp.</summary>
    /// <param name="name">Name of the file, for messages.</param>
    /// <param name="text">Its content.</param>
    /// <param name="contextDirectory">Directory for <c>#include "file"</c>.</param>
    /// <param name="flags">Additional arguments for cpp.</param>
    /// <param name="cancellationToken">Kills cpp.</param>
    /// <returns>The output, and the messages of cpp; null when it printed none.</returns>
    /// <exception cref="BuildSharpException">cpp is missing, or produced no output.</exception>
    public async Task<(byte[] Text, string? Complaint)> RunAsync(
        string name, ReadOnlyMemory<byte> text, string contextDirectory, IReadOnlyList<string> flags, CancellationToken cancellationToken)
    {
        ProgramOutput output;
        try
        {
            output = await ProgramOutput.OfAsync(
                "cpp", ["-E", "-iquote", contextDirectory, "-traditional", "-undef", .. flags, "-"], text, fetcher.Options.Environment,
                fetcher.MakeDirectory(), fetcher.Options.Debug, cancellationToken).ConfigureAwait(false);
        }
        catch (BuildSharpException error)
        {
            throw new BuildSharpException($"{name}: .in support requires cpp to be installed: {error.Message}", error);
        }
        var complaint = output.Error.Trim();
        // Only fatal errors count: cpp reports a Dockerfile comment, "# word", as an invalid directive.
        var stopped = complaint.Contains(": fatal error: ", StringComparison.Ordinal);
        if (output.Output.Length > 0 && !stopped)
        {
            return (output.Output, complaint.Length > 0 ? complaint : null);
        }

        var lines = complaint.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var reason = (lines.FirstOrDefault(line => line.Contains("error: ", StringComparison.Ordinal)) ?? lines.FirstOrDefault()) is { } line ? $": {line}" : "";
        throw new BuildSharpException($"preprocessing {name}: {(stopped ? "the preprocessor gave up" : "preprocessor produced no output")}{reason}");
    }
}
