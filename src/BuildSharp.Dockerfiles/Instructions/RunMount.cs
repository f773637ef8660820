using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles;

/// <summary>One <c>RUN --mount</c>. Keys whose value has a variable are checked when the instruction is expanded.</summary>
/// <param name="Options">What the flag says.</param>
/// <param name="Span">Where the flag stands.</param>
public sealed record RunMount(MountOptions Options, SourceSpan Span)
{
    /// <summary>Reads a flag's value.</summary>
    /// <exception cref="FormatException">It breaks a rule; the message says which.</exception>
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
