namespace BuildSharp.Dockerfiles.Diagnostics;

/// <summary>Severity of a diagnostic.</summary>
public enum Severity
{
    /// <summary>The file can be built, but probably does not do what its author meant.</summary>
    Warning,

    /// <summary>The file cannot be built.</summary>
    Error,
}

/// <summary>An error or warning about a place in a Dockerfile.</summary>
/// <param name="Severity">Severity.</param>
/// <param name="Span">The text concerned.</param>
/// <param name="Message">One sentence without the place and without a full stop.</param>
public sealed record Diagnostic(Severity Severity, SourceSpan Span, string Message)
{
    /// <summary>Permitted values, or what to do next; one sentence per item.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>Name of the lint rule that reported it; null for other diagnostics.</summary>
    public string? Rule { get; init; }

    /// <summary>The sentence without its place: <c>Rule: message</c>, or only the message.</summary>
    public string Headline => Rule is null ? Message : $"{Rule}: {Message}";
}
