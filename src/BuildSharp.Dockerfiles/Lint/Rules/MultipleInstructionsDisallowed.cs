namespace BuildSharp.Dockerfiles.Lint;

/// <content>MultipleInstructionsDisallowed</content>
public static partial class LintRules
{
    private static LintRule MultipleInstructionsDisallowed() => new(
        "MultipleInstructionsDisallowed", "Multiple instructions of the same type should not be used in the same stage",
        context =>
            from stage in context.BuiltStages
            from same in stage.Instructions
                .Where(instruction => instruction is CmdInstruction or EntrypointInstruction or HealthcheckInstruction)
                .GroupBy(instruction => instruction.Name)
            from earlier in same.SkipLast(1)
            select LintContext.At(
                earlier,
                $"Multiple {earlier.Name} instructions should not be used in the same stage because only the last one will be used"));
}
