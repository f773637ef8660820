using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Parsing;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles;

/// <summary>The parsed form of a Dockerfile, or of several concatenated ones.</summary>
public sealed record Dockerfile
{
    /// <summary>The source files in order, usually one.</summary>
    public required IReadOnlyList<SourceText> Sources { get; init; }

    /// <summary>The parser directives of all files.</summary>
    public required IReadOnlyList<Directive> Directives { get; init; }

    /// <summary>All statements, including those that violate a rule of their instruction.</summary>
    public required IReadOnlyList<Statement> Statements { get; init; }

    /// <summary>All valid instructions in order, including FROM.</summary>
    public required IReadOnlyList<Instruction> Instructions { get; init; }

    /// <summary>ARG instructions before the first FROM, which only FROM lines can use.</summary>
    public required IReadOnlyList<ArgInstruction> GlobalArguments { get; init; }

    /// <summary>The stages in order.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>All statements with the instructions created from them.</summary>
    internal IReadOnlyList<ReadStatement> Everything { get; init; } = [];

    /// <summary>Errors and warnings in the order of their places.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    /// <summary>Number of errors; only the first hundred are in <see cref="Diagnostics"/>.</summary>
    public required int ErrorCount { get; init; }
}

/// <summary>A build stage: a FROM and the instructions before the next one.</summary>
/// <param name="Index">Number of the stage in the file, from 0.</param>
/// <param name="From">The FROM line.</param>
/// <param name="Instructions">The instructions after it.</param>
public sealed record Stage(int Index, FromInstruction From, IReadOnlyList<Instruction> Instructions)
{
    /// <summary>Name of the stage as written; null for none.</summary>
    public string? Name => From.StageName;
}
