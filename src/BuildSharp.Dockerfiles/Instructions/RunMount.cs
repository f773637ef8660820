using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>A <c>RUN --mount</c> flag. Values with variables are checked after expansion.</summary>
/// <param name="Options">The mount's options.</param>
/// <param name="Span">Place of the flag.</param>
public sealed record RunMount(MountOptions Options, SourceSpan Span)
{
    /// <summary>Parses the value of the flag.</summary>
    /// <exception cref="FormatException">The value violates a rule, which the message names.</exception>
    public static RunMount Parse(string text, SourceSpan span) => new(MountOptions.Parse(text, hasVariables: true), span);

    internal RunMount Expand(InstructionExpander expander)
    {
        try
        {
            return this with { Options = Options.Expand(expander.Optional) };
        }
        catch (FormatException error)
        {
            throw new DockerfileException(Span, error.Message);
        }
    }
}
