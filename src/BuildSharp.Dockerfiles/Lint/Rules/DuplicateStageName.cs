namespace BuildSharp.Dockerfiles.Lint;

/// <content>DuplicateStageName</content>
public static partial class LintRules
{
    private static LintRule DuplicateStageName() => new(
        "DuplicateStageName", "Stage names should be unique",
        context =>
            context.Dockerfile.Stages.Where(stage => stage.Name is not null)
                .GroupBy(stage => stage.Name!.ToLowerInvariant())
                .SelectMany(group => group.Skip(1)
                    .Select(stage => LintContext.At(stage.From, $"Duplicate stage name {GoQuoting.Quote(group.Key)}, stage names should be unique"))));
}
