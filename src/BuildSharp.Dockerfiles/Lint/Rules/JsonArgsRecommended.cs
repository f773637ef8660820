using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>JSONArgsRecommended</content>
public static partial class LintRules
{
    private static LintRule JsonArgsRecommended() => new(
        "JSONArgsRecommended", "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals",

        // A stage with SHELL uses shell form on purpose.
        context => step => step is { IsBuilt: true, Stage: >= 0, Instruction: CmdInstruction { Command: ShellCommand } or EntrypointInstruction { Command: ShellCommand } } &&
            !context.Survey.ChoosesShell(step.Stage)
                ? [step.At($"JSON arguments recommended for {step.Statement.Name} to prevent unintended behavior related to OS signals")]
                : []);
}
