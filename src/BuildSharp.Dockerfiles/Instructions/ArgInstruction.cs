using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>ARG: declares build arguments. <c>BuildScope</c> expands a default when it declares the argument, because the default is used
/// only if no value was given.</summary>
public sealed record ArgInstruction : Instruction
{
    internal ArgInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The declarations in order; at least one.</summary>
    public required IReadOnlyList<ArgDeclaration> Arguments { get; init; }
}

/// <summary>The declaration of one argument.</summary>
/// <param name="Name">Name of the argument.</param>
/// <param name="Default">The text after <c>=</c> as written; null without <c>=</c>.</param>
/// <param name="Span">Place of the declaration.</param>
public sealed record ArgDeclaration(string Name, string? Default, SourceSpan Span);
