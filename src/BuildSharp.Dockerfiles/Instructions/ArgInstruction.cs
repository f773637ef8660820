namespace BuildSharp.Dockerfiles;

/// <summary>ARG: build arguments visible from here on. Defaults are expanded one after another when <c>BuildScope</c>
/// declares them, for whether a default is needed depends on the arguments given.</summary>
public sealed record ArgInstruction : Instruction
{
    internal ArgInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The arguments in order; at least one.</summary>
    public required IReadOnlyList<ArgDeclaration> Arguments { get; init; }
}

/// <summary>One argument of ARG.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Default">The text after <c>=</c> as written, or null when there is no <c>=</c>.</param>
/// <param name="Span">Where it stands.</param>
public sealed record ArgDeclaration(string Name, string? Default, SourceSpan Span);
