using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>FromAsCasing</content>
public static partial class LintRules
{
    private static LintRule FromAsCasing() => LintRule.Each(
        "FromAsCasing", "The 'as' keyword should match the case of the 'from' keyword",
        step =>
        {
            if (step.Instruction is not FromInstruction { AsWord: { } word })
            {
                return [];
            }

            var keyword = step.Statement.Keyword.Text;
            var wanted = keyword == keyword.ToUpperInvariant() ? "AS" : keyword == keyword.ToLowerInvariant() ? "as" : null;
            return wanted is not null && word != wanted ? [step.At($"'{word}' and '{keyword}' keywords' casing do not match")] : [];
        });
}
