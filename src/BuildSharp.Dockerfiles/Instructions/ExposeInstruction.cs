using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>EXPOSE: ports that a container listens on.</summary>
public sealed record ExposeInstruction : Instruction
{
    internal ExposeInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>Words such as <c>80</c> or <c>8000-8002/udp</c>; at least one. Expansion may turn one word into several.</summary>
    public required IReadOnlyList<Word> Ports { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) => this with { Ports = [.. Ports.SelectMany(expander.Words)] };
}
