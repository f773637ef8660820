namespace BuildSharp.Dockerfiles;

/// <summary>A parser directive: a comment at the very top of a file that says how to read the rest.</summary>
/// <param name="Name"><c>syntax</c>, <c>escape</c> or <c>check</c>, in lower case.</param>
/// <param name="Value">The value as written.</param>
/// <param name="Span">The line.</param>
public sealed record Directive(string Name, string Value, SourceSpan Span)
{
    /// <summary>The first word of the value: of a <c>syntax</c> directive, the image.</summary>
    public string FirstWord => Value.IndexOf(' ') is var end and >= 0 ? Value[..end] : Value;
}
