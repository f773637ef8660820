using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles.Lint;

/// <content>InvalidDefaultArgInFrom</content>
public static partial class LintRules
{
    private static LintRule InvalidDefaultArgInFrom() => new(
        "InvalidDefaultArgInFrom", "Default value for global ARG results in an empty or invalid base image name",
        context =>
        {
            // Defaults alone: what the build was given does not count.
            var scope = BuildScope.Global(context.Arguments with { Given = new Dictionary<string, string>() });
            try
            {
                scope = context.Dockerfile.GlobalArguments.Aggregate(scope, (current, arg) => current.Declare(arg));
            }
            catch (DockerfileException)
            {
                // The build says which default cannot be expanded; what the others give is still worth a look.
            }

            var names = context.Dockerfile.Stages.Select(stage => stage.Name).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
            return
                from stage in context.Dockerfile.Stages
                where stage.From.Image.Contains('$') && !HasUsableDefault(stage.From, scope, names)
                select LintContext.At(stage.From, $"Default value for ARG {stage.From.Image} results in empty or invalid base image name");
        });

    private static bool HasUsableDefault(FromInstruction from, BuildScope scope, HashSet<string> stages)
    {
        try
        {
            var name = VariableExpansion.Expand(from.Image, scope.Lookup, from.EscapeToken);
            if (name.Length == 0) return false;
            if (!stages.Contains(name)) Reference.ParseNormalized(name);
            return true;
        }
        catch (Exception error) when (error is ExpansionException or BuildSharpException)
        {
            return false;
        }
    }
}
