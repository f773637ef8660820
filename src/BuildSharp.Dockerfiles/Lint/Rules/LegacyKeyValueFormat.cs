namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>LegacyKeyValueFormat</content>
public static partial class LintRules
{
    private static LintRule LegacyKeyValueFormat() => LintRule.Each(
        "LegacyKeyValueFormat", "Legacy key/value format with whitespace separator should not be used",
        step =>
        {
            if (step.Statement.Pairs is not [{ IsLegacy: true }])
            {
                return [];
            }

            var name = step.Statement.Name;
            return [step.At($"\"{name} key=value\" should be used instead of legacy \"{name} key value\" format")];
        });
}
