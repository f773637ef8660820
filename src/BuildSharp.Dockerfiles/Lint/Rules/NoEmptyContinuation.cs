namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>NoEmptyContinuation</content>
public static partial class LintRules
{
    private static LintRule NoEmptyContinuation() => LintRule.Each(
        "NoEmptyContinuation", "Empty continuation lines will become errors in a future release",
        step => step.Statement.EmptyContinuation is { } line ? [new LintFinding(line, "Empty continuation line", step.Statement)] : []);
}
