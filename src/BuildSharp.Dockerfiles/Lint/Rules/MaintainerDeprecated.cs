namespace BuildSharp.Dockerfiles.Lint;

/// <content>MaintainerDeprecated</content>
public static partial class LintRules
{
    private static LintRule MaintainerDeprecated() => new(
        "MaintainerDeprecated", "The MAINTAINER instruction is deprecated, use a label instead to define an image author",
        context =>
            from instruction in context.Dockerfile.Instructions.OfType<MaintainerInstruction>()
            select LintContext.At(instruction, "Maintainer instruction is deprecated in favor of using label"));
}
