namespace BuildSharp.Dockerfiles;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>The file can be built; a reader should know.</summary>
    Warning,

    /// <summary>The file cannot be built.</summary>
    Error,
}

/// <summary>Something found in a Dockerfile, with its place.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Span">What it is about.</param>
/// <param name="Message">One sentence, without the place and without a full stop.</param>
public sealed record Diagnostic(Severity Severity, SourceSpan Span, string Message)
{
    /// <summary>What is allowed there or what to do next, a sentence each.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    /// <summary>The lint rule that fired, when it was one.</summary>
    public string? Rule { get; init; }

    /// <summary>The sentence without its place: <c>Rule: message</c>, or the message alone.</summary>
    public string Headline => Rule is null ? Message : $"{Rule}: {Message}";
}
