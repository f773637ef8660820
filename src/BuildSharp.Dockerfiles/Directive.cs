namespace BuildSharp.Dockerfiles;

/// <summary>A parser directive: a comment at the top of a file that configures the parser (Dockerfile reference, "Parser
/// directives").</summary>
/// <param name="Name"><c>syntax</c>, <c>escape</c> or <c>check</c>, in lower case.</param>
/// <param name="Value">The value as written.</param>
/// <param name="Span">Place of the line.</param>
public sealed record Directive(string Name, string Value, SourceSpan Span)
{
    /// <summary>The first word of the value; for a <c>syntax</c> directive the image.</summary>
    public string FirstWord => Value.IndexOf(' ') is var end and >= 0 ? Value[..end] : Value;
}
