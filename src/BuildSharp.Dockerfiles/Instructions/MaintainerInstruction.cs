namespace BuildSharp.Dockerfiles;

/// <summary>MAINTAINER: the image's author. Deprecated; LABEL says it better.</summary>
public sealed record MaintainerInstruction : Instruction
{
    internal MaintainerInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The author.</summary>
    public required string Author { get; init; }
}
