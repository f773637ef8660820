using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Dockerfiles;

/// <summary>An instruction with its rules applied: the closed set of sealed records below this one. Words are as written until
/// <see cref="Expand(Func{string, string?})"/> is asked for them.</summary>
public abstract record Instruction
{
    private protected Instruction(Statement statement) => Statement = statement;

    /// <summary>What it was read from.</summary>
    public Statement Statement { get; init; }

    /// <summary>The name in upper case, for example <c>COPY</c>.</summary>
    public string Name => Statement.Name;

    /// <summary>From the first character to the last terminator of a heredoc.</summary>
    public SourceSpan Span => Statement.Span;

    /// <summary>The source text: continuations joined, original case kept, comments removed. It is what buildah's history shows.</summary>
    public string Original => Statement.Original;

    /// <summary>The file's escape token.</summary>
    public char EscapeToken => Statement.EscapeToken;

    /// <summary>The same instruction with variables expanded and quotes removed where its rules say so (dockerfile.md §4.1). Each
    /// instruction expands all its words before any takes effect.</summary>
    /// <param name="lookup">The value of a variable, or null when it is not set.</param>
    /// <exception cref="DockerfileException">A word cannot be expanded, or is invalid once it is.</exception>
    public Instruction Expand(Func<string, string?> lookup) => Expand(new InstructionExpander(this, lookup));

    private protected virtual Instruction Expand(InstructionExpander expander) => this;
}
