using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>SHELL: the program that runs later commands in shell form; stored in the config.</summary>
public sealed record ShellInstruction : Instruction
{
    internal ShellInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The program and its arguments; not empty.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }
}
