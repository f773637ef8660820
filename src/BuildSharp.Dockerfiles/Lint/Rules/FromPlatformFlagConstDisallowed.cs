namespace BuildSharp.Dockerfiles.Lint;

/// <content>FromPlatformFlagConstDisallowed</content>
public static partial class LintRules
{
    private static LintRule FromPlatformFlagConstDisallowed() => new(
        "FromPlatformFlagConstDisallowed", "FROM --platform flag should not use a constant value",
        context =>
            from stage in context.Dockerfile.Stages
            where stage.From.Platform is { Length: > 0 } platform && !platform.Contains('$') && !IsNamedFor(stage.Name, platform)
            select LintContext.At(
                stage.From, $"FROM --platform flag should not use constant value {GoQuoting.Quote(stage.From.Platform!)}"));

    /// <summary>A stage whose name says the system or the processor is meant for it alone.</summary>
    private static bool IsNamedFor(string? stage, string platform) => stage is not null &&
        platform.Split('/').Take(2).Any(part => part.Length > 0 && stage.Contains(part, StringComparison.OrdinalIgnoreCase));
}
