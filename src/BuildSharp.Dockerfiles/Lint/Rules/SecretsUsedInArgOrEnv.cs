using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>SecretsUsedInArgOrEnv</content>
public static partial class LintRules
{
    private static readonly string[] SecretWords =
        ["apikey", "auth", "credential", "credentials", "key", "password", "pword", "passwd", "secret", "token"];

    private static readonly string[] HarmlessWords = ["public", "file", "version"];

    private static LintRule SecretsUsedInArgOrEnv() => LintRule.Each(
        "SecretsUsedInArgOrEnv", "Sensitive data should not be used in the ARG or ENV commands",
        step =>
            from name in step.IsBuilt ? DeclaredNames(step.Instruction) : []
            where LooksSecret(name)
            select step.At($"Do not use ARG or ENV instructions for sensitive data ({step.Statement.Name} {GoQuoting.Quote(name)})"));

    private static IEnumerable<string> DeclaredNames(Instruction? instruction) => instruction switch
    {
        ArgInstruction arg => arg.Arguments.Select(argument => argument.Name),
        EnvInstruction env => env.Pairs.Select(pair => pair.Name),
        _ => [],
    };

    private static bool LooksSecret(string name)
    {
        var words = name.ToLowerInvariant().Split('_');
        return words.Any(SecretWords.Contains) && !words.Any(HarmlessWords.Contains);
    }
}
