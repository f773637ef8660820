namespace BuildSharp.Dockerfiles.Lint;

/// <content>JSONArgsRecommended</content>
public static partial class LintRules
{
    private static LintRule JsonArgsRecommended() => new(
        "JSONArgsRecommended", "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals",
        context =>
        {
            // Whoever chooses a shell wants it.
            var choosesShell = context.Inherited(stage => stage.Instructions.OfType<ShellInstruction>().Any());
            return
                from stage in context.BuiltStages
                where !choosesShell[stage.Index]
                from instruction in stage.Instructions
                where instruction is CmdInstruction { Command: ShellCommand } or EntrypointInstruction { Command: ShellCommand }
                select LintContext.At(
                    instruction, $"JSON arguments recommended for {instruction.Name} to prevent unintended behavior related to OS signals");
        });
}
