namespace BuildSharp.Dockerfiles.Lint;

/// <content>LegacyKeyValueFormat</content>
public static partial class LintRules
{
    private static LintRule LegacyKeyValueFormat() => new(
        "LegacyKeyValueFormat", "Legacy key/value format with whitespace separator should not be used",
        context =>
            from statement in context.Dockerfile.Statements
            where statement.Pairs is [{ IsLegacy: true }]
            let name = statement.Name
            select LintContext.At(statement, $"\"{name} key=value\" should be used instead of legacy \"{name} key value\" format"));
}
