namespace BuildSharp.Dockerfiles.Lint;

/// <content>UndefinedArgInFrom</content>
public static partial class LintRules
{
    private static LintRule UndefinedArgInFrom() => new(
        "UndefinedArgInFrom", "FROM command must use declared ARGs",
        context =>
            from use in context.Variables.UndefinedInFrom
            select LintContext.At(
                use.From, $"FROM argument '{use.Name}' is not declared{Suggestion.Clause(use.Name, use.Known)}"));
}
