namespace BuildSharp.Dockerfiles.Lint;

/// <summary>A habit worth pointing out. Rules are data: a name, a sentence about why, and how to find it.</summary>
/// <param name="Name">BuildKit's name for it; <c># check=skip=</c> uses it.</param>
/// <param name="Description">What is wrong with the habit, in one sentence.</param>
/// <param name="Find">Finds every occurrence.</param>
public sealed record LintRule(string Name, string Description, Func<LintContext, IEnumerable<LintFinding>> Find)
{
    /// <summary>Whether the rule runs only when a file asks for it with <c># check=experimental=</c>.</summary>
    public bool IsExperimental { get; init; }
}

/// <summary>An occurrence of what a rule looks for.</summary>
/// <param name="Span">Where.</param>
/// <param name="Message">What, in one sentence.</param>
/// <param name="Statement">The instruction it belongs to, whose comments may switch the rule off; null when it belongs to none.</param>
public sealed record LintFinding(SourceSpan Span, string Message, Statement? Statement)
{
    /// <summary>What to do about it, a sentence each.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];
}
