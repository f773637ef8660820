using BuildSharp.Dockerfiles;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>A RUN whose command ended with a status other than 0; the build ends with the same.</summary>
public sealed class StepFailedException : BuildSharpException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="step">The instruction as the step line shows it.</param>
    /// <param name="status">The command's exit status.</param>
    /// <param name="span">The instruction.</param>
    public StepFailedException(string step, int status, SourceSpan span)
        : this($"building at STEP \"{step}\": while running runtime: exit status {status}", span, status)
    {
    }

    private StepFailedException(string sentence, SourceSpan span, int status, params IReadOnlyList<string> hints)
        : base(DockerfileException.SentenceFirst(span, sentence, hints).Message) => (Sentence, Span, ExitCode) = (sentence, span, status);

    /// <summary>What failed, without the place.</summary>
    public string Sentence { get; }

    /// <summary>The instruction, or the line that brought it.</summary>
    public SourceSpan Span { get; }

    /// <summary>The command's exit status.</summary>
    public override int ExitCode { get; }

    /// <summary>The same failure told at another place.</summary>
    internal StepFailedException At(SourceSpan span, string hint) => new(Sentence, span, ExitCode, hint);
}
