using System.Globalization;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles.Diagnostics;

/// <summary>A Dockerfile that cannot be built. The message is <c>file:line:column: sentence</c>. Its details contain the excerpt with
/// carets and the hints. For several errors, the message is the first one, and the details contain all of them.</summary>
public sealed class DockerfileException : BuildSharpException
{
    /// <summary>Creates an exception for several errors.</summary>
    /// <param name="diagnostics">The errors; at least one.</param>
    /// <param name="total">Total number, if not all were kept.</param>
    public DockerfileException(IReadOnlyList<Diagnostic> diagnostics, int? total = null)
        : base(HeadlineOf(diagnostics[0], total ?? diagnostics.Count))
    {
        (Diagnostics, Count) = (diagnostics, total ?? diagnostics.Count);
        Details = Count == 1 ? DiagnosticText.Details(diagnostics[0]) : DiagnosticText.Render(diagnostics, total) + "\n";
    }

    /// <summary>Creates an exception for an error that is detected during the build.</summary>
    /// <param name="span">The text concerned, for example an instruction's span.</param>
    /// <param name="message">One sentence without the place.</param>
    /// <param name="hints">What to do next, one sentence per item.</param>
    public DockerfileException(SourceSpan span, string message, params IReadOnlyList<string> hints)
        : this([new Diagnostic(Severity.Error, span, message) { Hints = hints }])
    {
    }

    private DockerfileException(Diagnostic diagnostic, string details)
        : base(AddressCredentials.Masked(diagnostic.Message)) => (Diagnostics, Count, Details) = ([diagnostic], 1, details);

    /// <summary>Creates an exception whose message is only the sentence, because scripts search for <c>Error: </c> and the sentence. The
    /// place is in the details.</summary>
    /// <param name="span">The text concerned.</param>
    /// <param name="message">One sentence without the place.</param>
    /// <param name="hints">What to do next, one sentence per item.</param>
    public static DockerfileException PlaceAbove(SourceSpan span, string message, params IReadOnlyList<string> hints)
    {
        var diagnostic = new Diagnostic(Severity.Error, span, message) { Hints = hints };
        return new DockerfileException(diagnostic, $"{span}\n{DiagnosticText.Details(diagnostic)}");
    }

    /// <inheritdoc/>
    public override string Details { get; }

    /// <summary>The errors that were kept.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    /// <summary>Total number of errors.</summary>
    public int Count { get; }

    private static string HeadlineOf(Diagnostic first, int count) => count == 1
        ? DiagnosticText.Headline(first)
        : string.Create(CultureInfo.InvariantCulture, $"{DiagnosticText.Headline(first)} (the first of {count} mistakes)");
}
