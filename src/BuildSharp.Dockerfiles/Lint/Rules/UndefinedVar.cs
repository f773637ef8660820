namespace BuildSharp.Dockerfiles.Lint;

/// <content>UndefinedVar</content>
public static partial class LintRules
{
    private static LintRule UndefinedVar() => new(
        "UndefinedVar", "Variables should be defined before their use",
        context =>
            from use in context.Variables.Undefined
            select LintContext.At(
                use.Instruction, $"Usage of undefined variable '${use.Name}'{Suggestion.Clause(use.Name, use.Known, "$")}"));
}
