using BuildSharp.Dockerfiles.Expansion;

namespace BuildSharp.Dockerfiles;

/// <summary>RUN: runs a command in the stage. The builder never expands the command; the shell does.</summary>
public sealed record RunInstruction : Instruction
{
    internal RunInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>What is run. With heredocs it is the line as written; see <see cref="Script"/>.</summary>
    public required Command Command { get; init; }

    /// <summary>The <c>--mount</c> flags in order.</summary>
    public IReadOnlyList<RunMount> Mounts { get; init; } = [];

    /// <summary><c>--network</c>: <c>default</c>, <c>none</c> or <c>host</c>; null without the flag.</summary>
    public string? Network { get; init; }

    /// <summary><c>--security</c>: <c>sandbox</c> or <c>insecure</c>; null without the flag.</summary>
    public string? Security { get; init; }

    /// <summary>The <c>--device</c> flags in order.</summary>
    public IReadOnlyList<RunDevice> Devices { get; init; } = [];

    /// <summary>The heredocs of the line, in order.</summary>
    public IReadOnlyList<Heredoc> Heredocs => Statement.Heredocs;

    /// <summary>The one heredoc that is the whole command, or null: its content is the script.</summary>
    public Heredoc? Script => Heredocs.Count == 1 && Command is ShellCommand shell && HeredocLine.IsOneHeredoc(shell.Text) ? Heredocs[0] : null;

    /// <summary>The text for the shell: the command, or the script that stands in for it, or the command with its heredocs put back
    /// below it as written. Null in exec form.</summary>
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
