namespace BuildSharp.Dockerfiles;

/// <summary>A name and its value in ENV or LABEL; quotes and escapes are there until the expansion removes them.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value.</param>
/// <param name="IsLegacy">Whether it was written <c>name value</c>, without <c>=</c>.</param>
/// <param name="Span">Where both stand.</param>
public sealed record NameValue(string Name, string Value, bool IsLegacy, SourceSpan Span);
