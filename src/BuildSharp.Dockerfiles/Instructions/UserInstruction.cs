using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>USER: the user of later RUN steps and of containers.</summary>
public sealed record UserInstruction : Instruction
{
    internal UserInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary><c>user[:group]</c>, names or numbers.</summary>
    public required string User { get; init; }

    private protected override Instruction Expand(InstructionExpander expander) => this with { User = expander.Word(User) };
}
