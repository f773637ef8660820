using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>WORKDIR: working directory of later steps and of containers.</summary>
public sealed record WorkdirInstruction : Instruction
{
    internal WorkdirInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The path, absolute or relative to the previous one.</summary>
    public required string Path { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) => this with { Path = expander.Word(Path) };
}
