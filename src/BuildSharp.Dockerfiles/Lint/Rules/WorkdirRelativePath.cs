namespace BuildSharp.Dockerfiles.Lint;

/// <content>WorkdirRelativePath</content>
public static partial class LintRules
{
    private static LintRule WorkdirRelativePath() => new(
        "WorkdirRelativePath", "Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes",
        context =>
        {
            var hasWorkdir = context.Inherited(stage => stage.Instructions.OfType<WorkdirInstruction>().Any());
            return
                from stage in context.BuiltStages
                where context.ParentOf(stage) is not { } parent || !hasWorkdir[parent]
                let first = stage.Instructions.OfType<WorkdirInstruction>().FirstOrDefault()
                where first is not null && first.Path.TrimStart('"', '\'') is not ['/' or '$', ..]
                select LintContext.At(
                    first, $"Relative workdir {GoQuoting.Quote(first.Path)} can have unexpected results if the base image changes");
        });
}
