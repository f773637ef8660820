namespace BuildSharp.Dockerfiles.Lint;

/// <content>NoEmptyContinuation</content>
public static partial class LintRules
{
    private static LintRule NoEmptyContinuation() => new(
        "NoEmptyContinuation", "Empty continuation lines will become errors in a future release",
        context =>
            from statement in context.Dockerfile.Statements
            where statement.EmptyContinuation is not null
            select new LintFinding(statement.EmptyContinuation ?? statement.Span, "Empty continuation line", statement));
}
