using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>A lint rule as data: name, description, and a function that finds violations. The linter passes each statement of a file to all
/// rules in one pass.</summary>
/// <param name="Name">BuildKit's name of the rule, used in <c># check=skip=</c>.</param>
/// <param name="Description">What is wrong, in one sentence.</param>
/// <param name="Begin">Starts a pass and returns the function that finds violations in each statement; the function may keep state.</param>
public sealed record LintRule(string Name, string Description, Func<LintContext, Func<LintStep, IEnumerable<LintFinding>>> Begin)
{
    /// <summary>Whether the rule runs only if a file requests it with <c># check=experimental=</c>.</summary>
    public bool IsExperimental { get; init; }

    /// <summary>Creates a rule without state, which examines each statement on its own.</summary>
    internal static LintRule Each(string name, string description, Func<LintStep, IEnumerable<LintFinding>> find) => new(name, description, _ => find);
}

/// <summary>A statement to examine.</summary>
/// <param name="Statement">The statement.</param>
/// <param name="Instruction">The instruction; null when the statement is invalid.</param>
/// <param name="Stage">Number of its stage; -1 before the first FROM.</param>
/// <param name="IsBuilt">Whether the target needs the stage. Rules about effects of a step ignore steps that are not built; rules about
/// spelling examine the whole file.</param>
public readonly record struct LintStep(Statement Statement, Instruction? Instruction, int Stage, bool IsBuilt)
{
    /// <summary>Creates a finding about the whole statement.</summary>
    internal LintFinding At(string message) => new(Statement.Span, message, Statement);
}

/// <summary>A violation of a rule.</summary>
/// <param name="Span">Place of the violation.</param>
/// <param name="Message">Description in one sentence.</param>
/// <param name="Statement">The statement it belongs to, whose comments may disable the rule.</param>
public sealed record LintFinding(SourceSpan Span, string Message, Statement Statement)
{
    /// <summary>What to do next, one sentence per item.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];
}
