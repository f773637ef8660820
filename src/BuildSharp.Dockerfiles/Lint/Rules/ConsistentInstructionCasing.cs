using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>ConsistentInstructionCasing</content>
public static partial class LintRules
{
    private static LintRule ConsistentInstructionCasing() => new(
        "ConsistentInstructionCasing", "All commands within the Dockerfile should use the same casing (either upper or lower)",
        context =>
        {
            var wantsLower = context.Survey.PrefersLowerCase;
            return step =>
            {
                var word = step.Statement.Keyword.Text;
                return step.Statement.Form != ArgumentForm.Unknown && word != (wantsLower ? word.ToLowerInvariant() : word.ToUpperInvariant())
                    ? [step.At($"Command '{word}' should match the case of the command majority ({(wantsLower ? "lowercase" : "uppercase")})")]
                    : [];
            };
        });
}
