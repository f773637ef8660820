namespace BuildSharp.Dockerfiles.Diagnostics;

/// <summary>Collects diagnostics. The number kept is limited, because a file that is not a Dockerfile has an error on every line.</summary>
public sealed class DiagnosticBag
{
    private const int Kept = 100;
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>The diagnostics in the order of their places.</summary>
    public IReadOnlyList<Diagnostic> InOrderOf(IReadOnlyList<SourceText> sources) =>
    [
        .. _diagnostics.OrderBy(found => sources.TakeWhile(source => !ReferenceEquals(source, found.Span.Source)).Count())
            .ThenBy(found => found.Span.Start.Line).ThenBy(found => found.Span.Start.Column),
    ];

    /// <summary>Number of errors, including those not kept.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>Whether further errors are only counted, so that callers need not compose their messages.</summary>
    public bool IsFull => ErrorCount >= Kept;

    /// <summary>Adds an error.</summary>
    public void Error(SourceSpan span, string message, params IReadOnlyList<string> hints)
    {
        if (ErrorCount++ < Kept)
        {
            _diagnostics.Add(new Diagnostic(Severity.Error, span, message) { Hints = hints });
        }
    }

    /// <summary>Adds an existing error.</summary>
    public void Error(Diagnostic error)
    {
        if (ErrorCount++ < Kept)
        {
            _diagnostics.Add(error);
        }
    }

    /// <summary>Adds all errors of a sequence.</summary>
    public void Errors(IEnumerable<Diagnostic> errors)
    {
        foreach (var error in errors)
        {
            Error(error);
        }
    }

    /// <summary>Adds a warning.</summary>
    public void Warning(SourceSpan span, string message, params IReadOnlyList<string> hints)
    {
        if (_diagnostics.Count < 2 * Kept)
        {
            _diagnostics.Add(new Diagnostic(Severity.Warning, span, message) { Hints = hints });
        }
    }
}
