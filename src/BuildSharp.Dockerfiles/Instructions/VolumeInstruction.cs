using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>VOLUME: paths of a container that are stored outside its root file system.</summary>
public sealed record VolumeInstruction : Instruction
{
    internal VolumeInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The paths; at least one.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) => this with { Paths = InstructionExpander.Each(Paths, path => expander.Word(path)) };
}
