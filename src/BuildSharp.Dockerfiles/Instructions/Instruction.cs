using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>A valid instruction; the derived sealed records are a closed set. Words are as written until
/// <see cref="Expand(Func{string, string?})"/> is called.</summary>
public abstract record Instruction
{
    private protected Instruction(Statement statement) => Statement = statement;

    /// <summary>The statement it was created from.</summary>
    public Statement Statement { get; init; }

    /// <summary>The name in upper case, for example <c>COPY</c>.</summary>
    public string Name => Statement.Name;

    /// <summary>From the first character of the instruction to the end of its last heredoc.</summary>
    public SourceSpan Span => Statement.Span;

    /// <summary>Source text with continuations joined and comments removed, in original case. buildah shows it in the history.</summary>
    public string Original => Statement.Original;

    /// <summary>The file's escape character.</summary>
    public char EscapeToken => Statement.EscapeToken;

    /// <summary>Returns the instruction with variables expanded and quotes removed in the words for which this is defined (Dockerfile
    /// reference, "Environment replacement"). All words use the values from before the instruction.</summary>
    /// <param name="lookup">Returns the value of a variable, or null when it is not set.</param>
    /// <exception cref="DockerfileException">A word cannot be expanded, or is invalid after expansion.</exception>
    public Instruction Expand(Func<string, string?> lookup) => Expand(new InstructionExpander(this, lookup));

    private protected virtual Instruction Expand(InstructionExpander expander) => this;
}
