namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>UndefinedVar</content>
public static partial class LintRules
{
    private static LintRule UndefinedVar() => new(
        "UndefinedVar", "Variables should be defined before their use",
        context =>
        {
            var variables = new VariableUse(context);
            var found = 0;
            return step => variables.Take(step).Select(name =>
                step.At($"Usage of undefined variable '${name}'{VariableUse.Meant(name, variables.Known, found++, "$")}") with { Hints = Redeclaring(variables, name) });
        });

    private static IReadOnlyList<string> Redeclaring(VariableUse variables, string name) =>
        variables.Global.Contains(name)
            ? [$"ARG {name} stands before the first FROM; a stage sees it only below an ARG {name} of its own."]
            : [];
}
