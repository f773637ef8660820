namespace BuildSharp.Dockerfiles.Lint;

/// <content>UndefinedArgInFrom</content>
public static partial class LintRules
{
    private static LintRule UndefinedArgInFrom() => new(
        "UndefinedArgInFrom", "FROM command must use declared ARGs",
        context =>
            context.Variables.UndefinedInFrom.Select((use, index) => LintContext.At(
                use.From, $"FROM argument '{use.Name}' is not declared{VariableUse.Meant(use.Name, use.Known, index)}")));
}
