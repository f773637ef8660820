using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>ReservedStageName</content>
public static partial class LintRules
{
    private static LintRule ReservedStageName() => LintRule.Each(
        "ReservedStageName", "Reserved words should not be used as stage names",
        step => step.Instruction is FromInstruction from && from.StageName?.ToLowerInvariant() is ("scratch" or "context") and var name
            ? [step.At($"Stage name should not use the same name as reserved stage {GoQuoting.Quote(name)}")]
            : []);
}
