using BuildSharp.Dockerfiles.Parsing;

namespace BuildSharp.Dockerfiles;

/// <summary>A parsed Dockerfile, or several that were given one after another.</summary>
public sealed record Dockerfile
{
    /// <summary>The files in order; usually one.</summary>
    public required IReadOnlyList<SourceText> Sources { get; init; }

    /// <summary>The parser directives, of all files.</summary>
    public required IReadOnlyList<Directive> Directives { get; init; }

    /// <summary>Every statement, also those that break a rule of their instruction.</summary>
    public required IReadOnlyList<Statement> Statements { get; init; }

    /// <summary>Every valid instruction in order, FROM lines included.</summary>
    public required IReadOnlyList<Instruction> Instructions { get; init; }

    /// <summary>ARG instructions before the first FROM: visible to FROM lines only.</summary>
    public required IReadOnlyList<ArgInstruction> GlobalArguments { get; init; }

    /// <summary>The stages in order.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>Every statement with what became of it.</summary>
    internal IReadOnlyList<ReadStatement> Everything { get; init; } = [];

    /// <summary>What was found wrong or doubtful, by place.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>How many errors there were; only the first hundred are in <see cref="Diagnostics"/>.</summary>
    public required int ErrorCount { get; init; }
}

/// <summary>A FROM and the instructions up to the next one.</summary>
/// <param name="Index">Counted from 0 over the whole file.</param>
/// <param name="From">The FROM line.</param>
/// <param name="Instructions">What follows it.</param>
public sealed record Stage(int Index, FromInstruction From, IReadOnlyList<Instruction> Instructions)
{
    /// <summary>The name as written, or null.</summary>
    public string? Name => From.StageName;
}
