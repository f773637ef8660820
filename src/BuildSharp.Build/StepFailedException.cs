using BuildSharp.Containers.Running;
using BuildSharp.Dockerfiles;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>A RUN whose command ended with a status other than 0; the build ends with the same.</summary>
public sealed class StepFailedException : BuildSharpException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="step">The instruction as written, on one line.</param>
    /// <param name="status">The command's exit status.</param>
    /// <param name="span">The instruction.</param>
    public StepFailedException(string step, int status, SourceSpan span)
        : this($"building at STEP \"{step}\": while running runtime: exit status {status}", span, status)
    {
    }

    /// <summary>The failure of a command that this machine cannot run.</summary>
    /// <param name="step">The instruction as written, on one line.</param>
    /// <param name="error">Why not.</param>
    /// <param name="span">The instruction.</param>
    public StepFailedException(string step, ForeignProgramException error, SourceSpan span)
        : this($"building at STEP \"{step}\": {error.Message}", span, error.ExitCode)
    {
    }

    private StepFailedException(string sentence, SourceSpan span, int status, params IReadOnlyList<string> hints)
        : base(AddressCredentials.Masked(sentence)) => (Span, ExitCode, Details) = (span, status, DockerfileException.PlaceAbove(span, sentence, hints).Details);

    /// <inheritdoc/>
    public override string Details { get; }

    /// <summary>The instruction, or the line that brought it.</summary>
    public SourceSpan Span { get; }

    /// <summary>The command's exit status.</summary>
    public override int ExitCode { get; }

    /// <summary>The same failure told at another place.</summary>
    internal StepFailedException At(SourceSpan span, string hint) => new(Message, span, ExitCode, hint);
}
