namespace BuildSharp.Dockerfiles.Lint;

/// <content>ConsistentInstructionCasing</content>
public static partial class LintRules
{
    private static LintRule ConsistentInstructionCasing() => new(
        "ConsistentInstructionCasing", "All commands within the Dockerfile should use the same casing (either upper or lower)",
        context =>
        {
            var keywords = context.Dockerfile.Statements.Where(statement => statement.Form != ArgumentForm.Unknown).ToArray();
            var lower = keywords.Count(statement => statement.Keyword.Text == statement.Keyword.Text.ToLowerInvariant());
            var upper = keywords.Count(statement => statement.Keyword.Text == statement.Keyword.Text.ToUpperInvariant());
            var wantsLower = lower > upper;
            return
                from statement in keywords
                let word = statement.Keyword.Text
                where word != (wantsLower ? word.ToLowerInvariant() : word.ToUpperInvariant())
                select LintContext.At(
                    statement,
                    $"Command '{word}' should match the case of the command majority ({(wantsLower ? "lowercase" : "uppercase")})");
        });
}
