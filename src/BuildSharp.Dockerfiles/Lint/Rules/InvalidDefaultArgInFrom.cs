using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Oci;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>InvalidDefaultArgInFrom</content>
public static partial class LintRules
{
    private static LintRule InvalidDefaultArgInFrom() => new(
        "InvalidDefaultArgInFrom", "Default value for global ARG results in an empty or invalid base image name",
        context =>
        {
            // Use only defaults, without the values given to the build.
            var scope = BuildScope.Global(context.Arguments with { Given = new Dictionary<string, string>() });
            try
            {
                scope = context.Dockerfile.GlobalArguments.Aggregate(scope, (current, arg) => current.Declare(arg));
            }
            catch (DockerfileException)
            {
                // The build reports a default that cannot be expanded; examine the others.
            }

            return step => step.Instruction is FromInstruction from && from.Image.Contains('$') && !HasUsableDefault(from, scope, context)
                ? [step.At($"Default value for ARG {from.Image} results in empty or invalid base image name")]
                : [];
        });

    private static bool HasUsableDefault(FromInstruction from, BuildScope scope, LintContext context)
    {
        try
        {
            var name = VariableExpansion.Expand(from.Image, scope.Lookup, from.EscapeToken);
            if (name.Length == 0)
            {
                return false;
            }

            if (context.Names.FindNamed(name, context.Dockerfile.Stages.Count) is null)
            {
                Reference.ParseNormalized(name);
            }

            return true;
        }
        catch (Exception error) when (error is ExpansionException or BuildSharpException)
        {
            return false;
        }
    }
}
