namespace BuildSharp.Dockerfiles.Lint;

/// <summary>A habit worth pointing out. Rules are data: a name, a sentence about why, and how to find it. A file is walked once for all
/// rules, and each is shown one statement after another.</summary>
/// <param name="Name">BuildKit's name for it; <c># check=skip=</c> uses it.</param>
/// <param name="Description">What is wrong with the habit, in one sentence.</param>
/// <param name="Begin">Begins a walk; what it gives finds the occurrences in each statement, and may remember what went before.</param>
public sealed record LintRule(string Name, string Description, Func<LintContext, Func<LintStep, IEnumerable<LintFinding>>> Begin)
{
    /// <summary>Whether the rule runs only when a file asks for it with <c># check=experimental=</c>.</summary>
    public bool IsExperimental { get; init; }

    /// <summary>A rule that remembers nothing: a statement and its place say all.</summary>
    internal static LintRule Each(string name, string description, Func<LintStep, IEnumerable<LintFinding>> find) => new(name, description, _ => find);
}

/// <summary>A statement that rules look at.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Instruction">What became of it; null when it breaks a rule of its instruction.</param>
/// <param name="Stage">The number of the stage it is in; -1 before the first FROM.</param>
/// <param name="IsBuilt">Whether the target needs it. Rules about what a step does look at these alone: what is not built cannot go wrong.
/// Rules about spelling look at the whole file.</param>
public readonly record struct LintStep(Statement Statement, Instruction? Instruction, int Stage, bool IsBuilt)
{
    /// <summary>An occurrence that is the whole statement.</summary>
    internal LintFinding At(string message) => new(Statement.Span, message, Statement);
}

/// <summary>An occurrence of what a rule looks for.</summary>
/// <param name="Span">Where.</param>
/// <param name="Message">What, in one sentence.</param>
/// <param name="Statement">The instruction it belongs to, whose comments may switch the rule off.</param>
public sealed record LintFinding(SourceSpan Span, string Message, Statement Statement)
{
    /// <summary>What to do about it, a sentence each.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];
}
