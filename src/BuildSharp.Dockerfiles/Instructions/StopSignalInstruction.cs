using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Parsing;
using BuildSharp.Dockerfiles.Statements;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Instructions;

/// <summary>STOPSIGNAL: the signal that stops a container.</summary>
public sealed record StopSignalInstruction : Instruction
{
    internal StopSignalInstruction(Statement statement)
        : base(statement)
    {
    }

    /// <summary>A name with or without <c>SIG</c>, or a number.</summary>
    public required string Signal { get; init; }

    /// <summary>An error or warning about the signal; null when it is valid.</summary>
    internal Diagnostic? Doubt =>
        SignalNames.IsValid(Signal) ? null
        : SignalNames.IsUnknownNumber(Signal) ? new Diagnostic(Severity.Warning, Statement.Arguments[0].Span, $"there is no signal {Signal}: a container with it cannot be stopped by it")
        : new Diagnostic(Severity.Error, Statement.Arguments[0].Span, $"invalid signal: {Signal}{Suggestion.Clause(Signal, SignalNames.All)}")
        {
            Hints = ["A signal is a number, or a name such as SIGTERM, QUIT or SIGRTMIN+3."],
        };

    private protected override Instruction Expand(InstructionExpander expander)
    {
        var expanded = this with { Signal = expander.Word(Signal) };
        return expanded.Doubt is { Severity: Severity.Error } doubt ? throw new DockerfileException([doubt]) : expanded;
    }
}
