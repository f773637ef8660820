using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>RedundantTargetPlatform</content>
public static partial class LintRules
{
    private static LintRule RedundantTargetPlatform() => LintRule.Each(
        "RedundantTargetPlatform", "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior",
        step => step.Instruction is FromInstruction { Platform: ("$TARGETPLATFORM" or "${TARGETPLATFORM}") and var platform }
            ? [step.At($"Setting platform to predefined {platform} in FROM is redundant as this is the default behavior")]
            : []);
}
