using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>LABEL: metadata in the image's config.</summary>
public sealed record LabelInstruction : Instruction
{
    internal LabelInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The labels in order; at least one.</summary>
    public required IReadOnlyList<NameValue> Pairs { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) =>
        this with { Pairs = InstructionExpander.Each(Pairs, expander.Pair) };
}
