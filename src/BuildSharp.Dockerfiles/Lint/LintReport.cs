namespace BuildSharp.Dockerfiles.Lint;

/// <summary>What the rules found in a file.</summary>
/// <param name="Findings">By place; of each rule the first two hundred.</param>
/// <param name="Count">How many there were.</param>
public sealed record LintReport(IReadOnlyList<Diagnostic> Findings, int Count);
