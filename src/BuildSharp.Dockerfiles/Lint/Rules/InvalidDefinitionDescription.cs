using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>InvalidDefinitionDescription</content>
public static partial class LintRules
{
    private static LintRule InvalidDefinitionDescription() => LintRule.Each(
        "InvalidDefinitionDescription", "Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`",
        step =>
        {
            if (step.Statement.Comments.Count == 0 || DescribedNames(step.Instruction) is not { Count: > 0 } names)
            {
                return [];
            }

            var comment = step.Statement.Comments[^1].Text;

            // Check options are not a description.
            return comment.StartsWith("check=", StringComparison.OrdinalIgnoreCase) || names.Any(name => comment.StartsWith(name + " ", StringComparison.Ordinal))
                ? []
                : [step.At($"Comment for {step.Statement.Name} should follow the format: `# {(names.Count == 1 ? names[0] : "<arg_key>")} <description>`")];
        }) with
    { IsExperimental = true };

    private static IReadOnlyList<string> DescribedNames(Instruction? instruction) => instruction switch
    {
        ArgInstruction arg => [.. arg.Arguments.Select(argument => argument.Name)],
        FromInstruction { StageName: { } name } => [name.ToLowerInvariant()],
        _ => [],
    };
}
