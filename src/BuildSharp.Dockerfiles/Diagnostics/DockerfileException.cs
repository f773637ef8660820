using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles;

/// <summary>A Dockerfile that cannot be built. The message has, for each mistake, <c>file:line:column: sentence</c>, the excerpt with
/// carets, and what to do about it.</summary>
public sealed class DockerfileException : BuildSharpException
{
    /// <summary>Several mistakes at once.</summary>
    /// <param name="diagnostics">At least one.</param>
    /// <param name="total">How many there were, when not all were kept.</param>
    public DockerfileException(IReadOnlyList<Diagnostic> diagnostics, int? total = null)
        : base(DiagnosticText.Render(diagnostics, total)) => (Diagnostics, Count) = (diagnostics, total ?? diagnostics.Count);

    /// <summary>A mistake that shows only while building.</summary>
    /// <param name="span">What it is about, for example an instruction's span.</param>
    /// <param name="message">One sentence without the place.</param>
    /// <param name="hints">What to do next, a sentence each.</param>
    public DockerfileException(SourceSpan span, string message, params IReadOnlyList<string> hints)
        : this([new Diagnostic(Severity.Error, span, message) { Hints = hints }])
    {
    }

    private DockerfileException(Diagnostic diagnostic, string text)
        : base(text) => (Diagnostics, Count) = ([diagnostic], 1);

    /// <summary>A mistake whose sentence stands before its place, because scripts look for <c>Error: </c> and the sentence.</summary>
    /// <param name="span">What it is about.</param>
    /// <param name="message">One sentence without the place.</param>
    /// <param name="hints">What to do next, a sentence each.</param>
    public static DockerfileException SentenceFirst(SourceSpan span, string message, params IReadOnlyList<string> hints) => new(
        new Diagnostic(Severity.Error, span, message) { Hints = hints },
        $"{message}\n       {span}\n{Excerpt.Of(span)}{string.Concat(hints.Select(hint => $"       {hint}\n"))}".TrimEnd('\n'));

    /// <summary>The mistakes that were kept.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>How many there were.</summary>
    public int Count { get; }
}
