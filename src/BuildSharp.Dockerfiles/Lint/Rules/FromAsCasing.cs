namespace BuildSharp.Dockerfiles.Lint;

/// <content>FromAsCasing</content>
public static partial class LintRules
{
    private static LintRule FromAsCasing() => new(
        "FromAsCasing", "The 'as' keyword should match the case of the 'from' keyword",
        context =>
            from stage in context.Dockerfile.Stages
            let keyword = stage.From.Statement.Keyword.Text
            let wanted = keyword == keyword.ToUpperInvariant() ? "AS" : keyword == keyword.ToLowerInvariant() ? "as" : null
            where stage.From.AsWord is { } word && wanted is not null && word != wanted
            select LintContext.At(stage.From, $"'{stage.From.AsWord}' and '{keyword}' keywords' casing do not match"));
}
