using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>MAINTAINER: author of the image. Deprecated in favour of LABEL.</summary>
public sealed record MaintainerInstruction : Instruction
{
    internal MaintainerInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The author.</summary>
    public required string Author { get; init; }
}
