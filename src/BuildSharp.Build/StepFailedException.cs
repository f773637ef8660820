using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Oci;
using BuildSharp.Running;

namespace BuildSharp.Build;

/// <summary>The command of a RUN failed; the build exits with the same status.</summary>
public sealed class StepFailedException : BuildSharpException
{
    private readonly IReadOnlyList<string> _hints;

    /// <summary>Creates the failure.</summary>
    /// <param name="step">The instruction as written, on one line.</param>
    /// <param name="status">The command's exit status.</param>
    /// <param name="span">Position of the instruction.</param>
    /// <param name="hints">What to do next, one sentence per item.</param>
    public StepFailedException(string step, int status, SourceSpan span, params IReadOnlyList<string> hints)
        : this($"building at STEP \"{step}\": while running runtime: exit status {status}", span, status, hints)
    {
    }

    /// <summary>Creates the failure for a command that this machine cannot execute.</summary>
    /// <param name="step">The instruction as written, on one line.</param>
    /// <param name="error">The reason.</param>
    /// <param name="span">Position of the instruction.</param>
    public StepFailedException(string step, ForeignProgramException error, SourceSpan span)
        : this($"building at STEP \"{step}\": {error.Message}", span, error.ExitCode, [])
    {
    }

    private StepFailedException(string sentence, SourceSpan span, int status, IReadOnlyList<string> hints)
        : base(AddressCredentials.Masked(sentence)) =>
        (Span, ExitCode, Details, _hints) = (span, status, DockerfileException.PlaceAbove(span, sentence, hints).Details, hints);

    /// <inheritdoc/>
    public override string Details { get; }

    /// <summary>Position of the instruction, or of the FROM line whose base image has it as a trigger.</summary>
    public SourceSpan Span { get; }

    /// <summary>The command's exit status.</summary>
    public override int ExitCode { get; }

    /// <summary>The failure moved to another position.</summary>
    internal StepFailedException At(SourceSpan span, string hint) => new(Message, span, ExitCode, [hint, .. _hints]);
}
