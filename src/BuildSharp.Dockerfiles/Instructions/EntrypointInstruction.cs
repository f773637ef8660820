using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>ENTRYPOINT: the command that a container always runs.</summary>
public sealed record EntrypointInstruction : Instruction
{
    internal EntrypointInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The command.</summary>
    public required Command Command { get; init; }
}
