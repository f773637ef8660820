using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>UndefinedArgInFrom</content>
public static partial class LintRules
{
    private static LintRule UndefinedArgInFrom() => new(
        "UndefinedArgInFrom", "FROM command must use declared ARGs",
        _ =>
        {
            var declared = VariableUse.Declared(VariableMap.Empty, BuildArguments.AutomaticNames);
            var found = 0;
            return step =>
            {
                if (step is { Stage: < 0, Instruction: ArgInstruction arg })
                {
                    declared = VariableUse.Declared(declared, arg.Arguments.Select(argument => argument.Name));
                }

                if (step.Instruction is not FromInstruction from)
                {
                    return [];
                }

                return VariableUse.Missing(from, [from.Image, from.Platform ?? ""], declared.Contains)
                    .Select(name => step.At($"FROM argument '{name}' is not declared{VariableUse.Meant(name, declared, found++)}"));
            };
        });
}
