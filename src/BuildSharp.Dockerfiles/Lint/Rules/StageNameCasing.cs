namespace BuildSharp.Dockerfiles.Lint;

/// <content>StageNameCasing</content>
public static partial class LintRules
{
    private static LintRule StageNameCasing() => new(
        "StageNameCasing", "Stage names should be lowercase",
        context =>
            from stage in context.Dockerfile.Stages
            where stage.Name is not null && stage.Name != stage.Name.ToLowerInvariant()
            select LintContext.At(stage.From, $"Stage name '{stage.Name}' should be lowercase"));
}
