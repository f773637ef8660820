namespace BuildSharp.Dockerfiles.Lint;

/// <content>ReservedStageName</content>
public static partial class LintRules
{
    private static LintRule ReservedStageName() => new(
        "ReservedStageName", "Reserved words should not be used as stage names",
        context =>
            from stage in context.Dockerfile.Stages
            where stage.Name?.ToLowerInvariant() is "scratch" or "context"
            select LintContext.At(
                stage.From, $"Stage name should not use the same name as reserved stage {GoQuoting.Quote(stage.Name!.ToLowerInvariant())}"));
}
