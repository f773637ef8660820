namespace BuildSharp.Dockerfiles.Lint;

/// <content>UndefinedVar</content>
public static partial class LintRules
{
    private static LintRule UndefinedVar() => new(
        "UndefinedVar", "Variables should be defined before their use",
        context =>
            context.Variables.Undefined.Select((use, index) => LintContext.At(
                use.Instruction, $"Usage of undefined variable '${use.Name}'{VariableUse.Meant(use.Name, use.Known, index, "$")}") with
            {
                Hints = Redeclaring(context, use.Name),
            }));

    private static IReadOnlyList<string> Redeclaring(LintContext context, string name) =>
        context.Variables.Global.Contains(name)
            ? [$"ARG {name} stands before the first FROM; a stage sees it only below an ARG {name} of its own."]
            : [];
}
