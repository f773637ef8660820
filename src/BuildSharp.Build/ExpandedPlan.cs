using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Dockerfiles.Statements;

namespace BuildSharp.Build;

/// <summary>The steps of a plan with variables expanded as far as possible without building: variables of base images are
/// unknown.</summary>
public static class ExpandedPlan
{
    /// <summary>The global arguments, then FROM and the instructions of each stage to build, expanded.</summary>
    /// <param name="dockerfile">The Dockerfile of the plan.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="mistakes">Receives expansion errors; those instructions are left out.</param>
    public static IEnumerable<Statement> Of(Dockerfile dockerfile, BuildPlan plan, DiagnosticBag mistakes)
    {
        var scope = BuildScope.Global(plan.Arguments);
        foreach (var arg in dockerfile.GlobalArguments)
        {
            if (Take(arg, ref scope, mistakes) is { } statement)
            {
                yield return statement;
            }
        }

        var fromImage = plan.Scope.EnterStage([KeyValuePair.Create("PATH", StageStart.DefaultPath)]);
        var ends = new Dictionary<int, BuildScope>();
        foreach (var index in plan.Needed)
        {
            var stage = plan.Graph.Stages[index];
            var inside = fromImage;
            if (stage.Base is EarlierStageBase earlier)
            {
                inside = plan.Scope.EnterStageFrom(ends[earlier.Index]);
                if (!plan.Uses.IsBaseAfter(earlier.Index, index))
                {
                    ends.Remove(earlier.Index);
                }
            }
            if (Take(stage.From, ref scope, mistakes) is { } from)
            {
                yield return from;
            }

            foreach (var instruction in stage.Instructions)
            {
                if (Take(instruction, ref inside, mistakes) is { } statement)
                {
                    yield return statement;
                }
            }
            if (plan.Uses.IsBase(index))
            {
                ends.Add(index, inside);
            }
        }
    }

    private static Statement? Take(Instruction written, ref BuildScope scope, DiagnosticBag mistakes)
    {
        try
        {
            var instruction = written.Expand(scope.Lookup);
            if (instruction is ArgInstruction arg)
            {
                scope = scope.Declare(arg);
            }

            if (instruction is EnvInstruction env)
            {
                scope = scope.Set(env);
            }

            return ExpandedStatement.Of(instruction, scope);
        }
        catch (DockerfileException error)
        {
            mistakes.Errors(error.Diagnostics);
            return null;
        }
    }
}
