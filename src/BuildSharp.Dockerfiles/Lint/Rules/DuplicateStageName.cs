using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>DuplicateStageName</content>
public static partial class LintRules
{
    private static LintRule DuplicateStageName() => new(
        "DuplicateStageName", "Stage names should be unique",
        context => step => step.Instruction is FromInstruction { StageName: { } name } && context.Names.FindNamed(name, step.Stage) is not null
            ? [step.At($"Duplicate stage name {GoQuoting.Quote(name.ToLowerInvariant())}, stage names should be unique")]
            : []);
}
