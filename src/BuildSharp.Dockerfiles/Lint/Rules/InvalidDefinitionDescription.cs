namespace BuildSharp.Dockerfiles.Lint;

/// <content>InvalidDefinitionDescription</content>
public static partial class LintRules
{
    private static LintRule InvalidDefinitionDescription() => new(
        "InvalidDefinitionDescription", "Comment for build stage or argument should follow the format: `# <arg/stage name> <description>`",
        context =>
            from instruction in context.Dockerfile.Instructions
            let names = DescribedNames(instruction)
            where names.Count > 0 && instruction.Statement.Comments.Count > 0

            // A checking option is no description.
            let comment = instruction.Statement.Comments[^1].Text
            where !comment.StartsWith("check=", StringComparison.OrdinalIgnoreCase) && !names.Any(name => comment.StartsWith(name + " ", StringComparison.Ordinal))
            select LintContext.At(
                instruction,
                $"Comment for {instruction.Name} should follow the format: `# {(names.Count == 1 ? names[0] : "<arg_key>")} <description>`"))
    {
        IsExperimental = true,
    };

    private static IReadOnlyList<string> DescribedNames(Instruction instruction) => instruction switch
    {
        ArgInstruction arg => [.. arg.Arguments.Select(argument => argument.Name)],
        FromInstruction { StageName: { } name } => [name.ToLowerInvariant()],
        _ => [],
    };
}
