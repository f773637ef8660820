using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Build;

/// <summary>The command of a RUN failed; the build exits with the same status.</summary>
public sealed class StepFailedException : BuildSharpException
{
    private const string OutOfMemory = "Out of memory: the kernel killed a process while the step ran.";

    private readonly CommandEnd _end;
    private readonly IReadOnlyList<string> _hints;

    /// <summary>Creates the failure.</summary>
    /// <param name="step">The instruction as written, on one line.</param>
    /// <param name="end">How the command ended.</param>
    /// <param name="span">Position of the instruction.</param>
    /// <param name="hints">What to do next, one sentence per item.</param>
    internal StepFailedException(string step, CommandEnd end, SourceSpan span, params IReadOnlyList<string> hints)
        : this($"building at STEP \"{step}\": while running runtime: exit status {end.Status}", span, end, hints)
    {
    }

    /// <summary>Creates the failure for a command that this machine cannot execute.</summary>
    /// <param name="step">The instruction as written, on one line.</param>
    /// <param name="error">The reason.</param>
    /// <param name="span">Position of the instruction.</param>
    public StepFailedException(string step, ForeignProgramException error, SourceSpan span)
        : this($"building at STEP \"{step}\": {error.Message}", span, new CommandEnd(error.ExitCode, OutOfMemory: false, []), [])
    {
    }

    private StepFailedException(string sentence, SourceSpan span, CommandEnd end, IReadOnlyList<string> hints)
        : base(AddressCredentials.Masked(sentence))
    {
        (Span, _end, _hints) = (span, end, hints);
        Excerpt = DockerfileException.PlaceAbove(span, sentence, end.OutOfMemory ? [OutOfMemory, .. hints] : hints).Details;
        Details = Output(end) + Excerpt;
    }

    /// <inheritdoc/>
    public override string Details { get; }

    /// <summary>The <see cref="Details"/> without the output of the command.</summary>
    public string Excerpt { get; }

    /// <summary>Position of the instruction, or of the FROM line whose base image has it as a trigger.</summary>
    public SourceSpan Span { get; }

    /// <summary>The command's exit status.</summary>
    public override int ExitCode => _end.Status;

    /// <summary>The failure moved to another position.</summary>
    internal StepFailedException At(SourceSpan span, string hint) => new(Message, span, _end, [hint, .. _hints]);

    private static string Output(CommandEnd end) => end.LastLines.Count == 0 ? ""
        : $"the last lines of its output:\n{string.Concat(end.LastLines.Select(line => $"  {line}\n"))}";
}
