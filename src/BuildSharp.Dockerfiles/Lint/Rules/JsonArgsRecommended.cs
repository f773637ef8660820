namespace BuildSharp.Dockerfiles.Lint;

/// <content>JSONArgsRecommended</content>
public static partial class LintRules
{
    private static LintRule JsonArgsRecommended() => new(
        "JSONArgsRecommended", "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals",
        context => context.BuiltStages.SelectMany(stage => ShellForms(context.Dockerfile, stage)));

    private static IEnumerable<LintFinding> ShellForms(Dockerfile dockerfile, Stage stage)
    {
        // Whoever chooses a shell wants it.
        if (Ancestry(dockerfile, stage).Any(s => s.Instructions.OfType<ShellInstruction>().Any())) yield break;
        foreach (var instruction in stage.Instructions)
        {
            if (instruction is CmdInstruction { Command: ShellCommand } or EntrypointInstruction { Command: ShellCommand })
            {
                yield return LintContext.At(
                    instruction,
                    $"JSON arguments recommended for {instruction.Name} to prevent unintended behavior related to OS signals");
            }
        }
    }

    /// <summary>The stage and those it starts from.</summary>
    private static IEnumerable<Stage> Ancestry(Dockerfile dockerfile, Stage stage)
    {
        for (var current = stage; current is not null; current = Parent(dockerfile, current)) yield return current;
    }

    private static Stage? Parent(Dockerfile dockerfile, Stage stage)
    {
        for (var i = stage.Index - 1; i >= 0; i--)
        {
            if (string.Equals(dockerfile.Stages[i].Name, stage.From.Image, StringComparison.OrdinalIgnoreCase)) return dockerfile.Stages[i];
        }

        return null;
    }
}
