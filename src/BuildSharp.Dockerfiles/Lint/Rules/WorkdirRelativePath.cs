using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>WorkdirRelativePath</content>
public static partial class LintRules
{
    private static LintRule WorkdirRelativePath() => new(
        "WorkdirRelativePath", "Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes",
        context =>
        {
            var looked = -1;
            return step =>
            {
                if (step is not { IsBuilt: true, Instruction: WorkdirInstruction workdir } || step.Stage == looked)
                {
                    return [];
                }

                looked = step.Stage;
                return workdir.Path.TrimStart('"', '\'') is ['/' or '$', ..] ||
                    (context.Survey.ParentOf(step.Stage) is { } parent && context.Survey.HasWorkdir(parent))
                        ? []
                        : [step.At($"Relative workdir {GoQuoting.Quote(workdir.Path)} can have unexpected results if the base image changes")];
            };
        });
}
