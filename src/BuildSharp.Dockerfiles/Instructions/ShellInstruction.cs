namespace BuildSharp.Dockerfiles;

/// <summary>SHELL: the program that runs later shell forms, saved in the config.</summary>
public sealed record ShellInstruction : Instruction
{
    internal ShellInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The program and its arguments; at least the program.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }
}
