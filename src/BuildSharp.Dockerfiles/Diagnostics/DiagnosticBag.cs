namespace BuildSharp.Dockerfiles;

/// <summary>Findings while reading a file. Only so many are kept: a file that is no Dockerfile at all has one on every line.</summary>
public sealed class DiagnosticBag
{
    private const int Kept = 100;
    private readonly List<Diagnostic> _diagnostics = [];

    /// <summary>What was found, by place.</summary>
    public IReadOnlyList<Diagnostic> InOrderOf(IReadOnlyList<SourceText> sources) =>
    [
        .. _diagnostics.OrderBy(found => sources.TakeWhile(source => !ReferenceEquals(source, found.Span.Source)).Count())
            .ThenBy(found => found.Span.Start.Line).ThenBy(found => found.Span.Start.Column),
    ];

    /// <summary>How many errors there were, kept or not.</summary>
    public int ErrorCount { get; private set; }

    /// <summary>Whether further errors are only counted, so that their sentences need no thought.</summary>
    public bool IsFull => ErrorCount >= Kept;

    /// <summary>Adds an error.</summary>
    public void Error(SourceSpan span, string message, params IReadOnlyList<string> hints)
    {
        if (ErrorCount++ < Kept)
        {
            _diagnostics.Add(new Diagnostic(Severity.Error, span, message) { Hints = hints });
        }
    }

    /// <summary>Adds an error that is made already.</summary>
    public void Error(Diagnostic error)
    {
        if (ErrorCount++ < Kept)
        {
            _diagnostics.Add(error);
        }
    }

    /// <summary>Adds errors that are made as somebody asks for them.</summary>
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
