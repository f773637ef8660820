using BuildSharp.Dockerfiles.Diagnostics;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Findings of the lint rules in a file.</summary>
/// <param name="Findings">The findings in order of their places, at most two hundred per rule.</param>
/// <param name="Count">Number of all findings.</param>
public sealed record LintReport(IReadOnlyList<Diagnostic> Findings, int Count);
