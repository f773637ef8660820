using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>MaintainerDeprecated</content>
public static partial class LintRules
{
    private static LintRule MaintainerDeprecated() => LintRule.Each(
        "MaintainerDeprecated", "The MAINTAINER instruction is deprecated, use a label instead to define an image author",
        step => step.Instruction is MaintainerInstruction ? [step.At("Maintainer instruction is deprecated in favor of using label")] : []);
}
