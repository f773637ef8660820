using System.Globalization;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles;

/// <summary>A Dockerfile that cannot be built. The message is <c>file:line:column: sentence</c>; what stands above it has the excerpt with
/// carets and what to do about it. Of several mistakes the message is the first, and all of them stand above it in full.</summary>
public sealed class DockerfileException : BuildSharpException
{
    /// <summary>Several mistakes at once.</summary>
    /// <param name="diagnostics">At least one.</param>
    /// <param name="total">How many there were, when not all were kept.</param>
    public DockerfileException(IReadOnlyList<Diagnostic> diagnostics, int? total = null)
        : base(HeadlineOf(diagnostics[0], total ?? diagnostics.Count))
    {
        (Diagnostics, Count) = (diagnostics, total ?? diagnostics.Count);
        Details = Count == 1 ? DiagnosticText.Details(diagnostics[0]) : DiagnosticText.Render(diagnostics, total) + "\n";
    }

    /// <summary>A mistake that shows only while building.</summary>
    /// <param name="span">What it is about, for example an instruction's span.</param>
    /// <param name="message">One sentence without the place.</param>
    /// <param name="hints">What to do next, a sentence each.</param>
    public DockerfileException(SourceSpan span, string message, params IReadOnlyList<string> hints)
        : this([new Diagnostic(Severity.Error, span, message) { Hints = hints }])
    {
    }

    private DockerfileException(Diagnostic diagnostic, string details)
        : base(AddressCredentials.Masked(diagnostic.Message)) => (Diagnostics, Count, Details) = ([diagnostic], 1, details);

    /// <summary>A mistake whose message is the sentence alone, because scripts look for <c>Error: </c> and the sentence; the place stands
    /// above it.</summary>
    /// <param name="span">What it is about.</param>
    /// <param name="message">One sentence without the place.</param>
    /// <param name="hints">What to do next, a sentence each.</param>
    public static DockerfileException PlaceAbove(SourceSpan span, string message, params IReadOnlyList<string> hints)
    {
        var diagnostic = new Diagnostic(Severity.Error, span, message) { Hints = hints };
        return new DockerfileException(diagnostic, $"{span}\n{DiagnosticText.Details(diagnostic)}");
    }

    /// <inheritdoc/>
    public override string Details { get; }

    /// <summary>The mistakes that were kept.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>How many there were.</summary>
    public int Count { get; }

    private static string HeadlineOf(Diagnostic first, int count) => count == 1
        ? DiagnosticText.Headline(first)
        : string.Create(CultureInfo.InvariantCulture, $"{DiagnosticText.Headline(first)} (the first of {count} mistakes)");
}
