using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles.Lint;

/// <content>InvalidDefaultArgInFrom</content>
public static partial class LintRules
{
    private static LintRule InvalidDefaultArgInFrom() => new(
        "InvalidDefaultArgInFrom", "Default value for global ARG results in an empty or invalid base image name",
        context =>
            from stage in context.Dockerfile.Stages
            where stage.From.Image.Contains('$') && !HasUsableDefault(context, stage.From)
            select LintContext.At(
                stage.From, $"Default value for ARG {stage.From.Image} results in empty or invalid base image name"));

    private static bool HasUsableDefault(LintContext context, FromInstruction from)
    {
        try
        {
            // Defaults alone: what the build was given does not count.
            var scope = BuildScope.Global(context.Arguments with { Given = new Dictionary<string, string>() });
            scope = context.Dockerfile.GlobalArguments.Aggregate(scope, (current, arg) => current.Declare(arg));
            var name = VariableExpansion.Expand(from.Image, scope.Lookup, from.EscapeToken);
            if (name.Length == 0) return false;
            if (context.Dockerfile.Stages.Any(stage => string.Equals(stage.Name, name, StringComparison.OrdinalIgnoreCase))) return true;
            Reference.ParseNormalized(name);
            return true;
        }
        catch (Exception error) when (error is ExpansionException or BuildSharpException)
        {
            return false;
        }
    }
}
