using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Dockerfiles;

/// <summary>STOPSIGNAL: the signal that asks a container to stop.</summary>
public sealed record StopSignalInstruction : Instruction
{
    internal StopSignalInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>A name with or without <c>SIG</c>, or a number.</summary>
    public required string Signal { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) => this with { Signal = expander.Word(Signal) };
}
