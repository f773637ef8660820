namespace BuildSharp.Dockerfiles;

/// <summary>CMD: what a container runs by default, or what its entrypoint gets.</summary>
public sealed record CmdInstruction : Instruction
{
    internal CmdInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The command.</summary>
    public required Command Command { get; init; }
}
