using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>ENV: environment variables of the image and of later steps.</summary>
public sealed record EnvInstruction : Instruction
{
    internal EnvInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The variables in order; at least one.</summary>
    public required IReadOnlyList<NameValue> Pairs { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) =>
        this with { Pairs = InstructionExpander.Each(Pairs, expander.Pair) };
}
