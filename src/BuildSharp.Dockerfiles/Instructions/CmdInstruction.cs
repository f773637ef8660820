using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>CMD: default command of a container, or default arguments of its entrypoint.</summary>
public sealed record CmdInstruction : Instruction
{
    internal CmdInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The command.</summary>
    public required Command Command { get; init; }
}
