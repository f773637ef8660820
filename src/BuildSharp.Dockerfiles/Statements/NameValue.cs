namespace BuildSharp.Dockerfiles.Statements;

/// <summary>A name and its value in ENV or LABEL, with quotes and escapes until expansion.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
/// <param name="IsLegacy">Whether it was written <c>name value</c> without <c>=</c>.</param>
/// <param name="Span">Place of name and value.</param>
public sealed record NameValue(string Name, string Value, bool IsLegacy, SourceSpan Span);
