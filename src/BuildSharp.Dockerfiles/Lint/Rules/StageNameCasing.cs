using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>StageNameCasing</content>
public static partial class LintRules
{
    private static LintRule StageNameCasing() => LintRule.Each(
        "StageNameCasing", "Stage names should be lowercase",
        step => step.Instruction is FromInstruction { StageName: { } name } && name != name.ToLowerInvariant()
            ? [step.At($"Stage name '{name}' should be lowercase")]
            : []);
}
