using BuildSharp.Containers.Fetching;
using BuildSharp.Oci;

namespace BuildSharp.Build.Contexts;

/// <summary>Runs a Dockerfile whose name ends in <c>.in</c> through the C preprocessor, with the arguments that buildah gives it.</summary>
/// <param name="fetcher">Knows the environment, and keeps what passes through.</param>
public sealed class Preprocessor(Fetcher fetcher)
{
    /// <summary>Preprocesses.</summary>
    /// <param name="name">The file, for messages.</param>
    /// <param name="text">What it holds.</param>
    /// <param name="contextDirectory">Where <c>#include "file"</c> looks.</param>
    /// <param name="flags">Further arguments for cpp.</param>
    /// <param name="cancellationToken">Ends cpp.</param>
    /// <returns>What came out, and what cpp had to say about it; null when it had nothing to say.</returns>
    /// <exception cref="BuildSharpException">cpp is missing, or nothing came out.</exception>
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
        // An ordinary error is no reason to stop: a comment that begins with # and a word is one.
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
