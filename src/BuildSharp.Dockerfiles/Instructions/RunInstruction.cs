using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>RUN: runs a command in the stage. The shell, not the builder, expands variables in the command.</summary>
public sealed record RunInstruction : Instruction
{
    internal RunInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>The command. With heredocs it is the line as written; see <see cref="Script"/>.</summary>
    public required Command Command { get; init; }

    /// <summary><c>--mount</c> flags in order.</summary>
    public IReadOnlyList<RunMount> Mounts { get; init; } = [];

    /// <summary><c>--network</c>: <c>default</c>, <c>none</c> or <c>host</c>; null if not given.</summary>
    public string? Network { get; init; }

    /// <summary><c>--security</c>: <c>sandbox</c> or <c>insecure</c>; null if not given.</summary>
    public string? Security { get; init; }

    /// <summary><c>--device</c> flags in order.</summary>
    public IReadOnlyList<RunDevice> Devices { get; init; } = [];

    /// <summary>Heredocs of the line in order.</summary>
    public IReadOnlyList<Heredoc> Heredocs => Statement.Heredocs;

    /// <summary>The heredoc whose content is the script, if it is the whole command; null otherwise.</summary>
    public Heredoc? Script => Heredocs.Count == 1 && Command is ShellCommand shell && HeredocLine.IsOneHeredoc(shell.Text) ? Heredocs[0] : null;

    /// <summary>Text for the shell: the command, or the script that replaces it, or the command followed by its heredocs as written. Null
    /// in exec form.</summary>
    public string? ShellText => Command switch
    {
        ShellCommand when Script is { } script => script.Content,
        ShellCommand shell when Heredocs.Count > 0 => HeredocLine.WithBodies(shell.Text, Heredocs),
        ShellCommand shell => shell.Text,
        _ => null,
    };

    private protected override Instruction Expand(InstructionExpander expander) => this with
    {
        Mounts = InstructionExpander.Each(Mounts, mount => mount.Expand(expander)),
    };
}
