namespace BuildSharp.Dockerfiles.Lint;

/// <content>RedundantTargetPlatform</content>
public static partial class LintRules
{
    private static LintRule RedundantTargetPlatform() => new(
        "RedundantTargetPlatform", "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior",
        context =>
            from stage in context.Dockerfile.Stages
            where stage.From.Platform is "$TARGETPLATFORM" or "${TARGETPLATFORM}"
            select LintContext.At(
                stage.From,
                $"Setting platform to predefined {stage.From.Platform} in FROM is redundant as this is the default behavior"));
}
