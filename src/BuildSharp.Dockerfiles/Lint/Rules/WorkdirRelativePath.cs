namespace BuildSharp.Dockerfiles.Lint;

/// <content>WorkdirRelativePath</content>
public static partial class LintRules
{
    private static LintRule WorkdirRelativePath() => new(
        "WorkdirRelativePath", "Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes",
        context => context.BuiltStages.Select(stage => FirstRelative(context.Dockerfile, stage)).OfType<LintFinding>());

    private static LintFinding? FirstRelative(Dockerfile dockerfile, Stage stage)
    {
        var first = stage.Instructions.OfType<WorkdirInstruction>().FirstOrDefault();
        if (first is null || first.Path.TrimStart('"', '\'') is ['/' or '$', ..]) return null;
        if (Ancestry(dockerfile, stage).Skip(1).Any(s => s.Instructions.OfType<WorkdirInstruction>().Any())) return null;
        return LintContext.At(
            first,
            $"Relative workdir {GoQuoting.Quote(first.Path)} can have unexpected results if the base image changes");
    }
}
