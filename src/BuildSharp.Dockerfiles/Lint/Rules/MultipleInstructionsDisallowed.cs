using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint.Rules;

/// <content>MultipleInstructionsDisallowed</content>
public static partial class LintRules
{
    private static LintRule MultipleInstructionsDisallowed() => new(
        "MultipleInstructionsDisallowed", "Multiple instructions of the same type should not be used in the same stage",
        _ =>
        {
            var last = new Dictionary<string, LintStep>();
            return step =>
            {
                if (step is not { IsBuilt: true, Instruction: CmdInstruction or EntrypointInstruction or HealthcheckInstruction })
                {
                    return [];
                }

                var name = step.Statement.Name;
                var again = last.TryGetValue(name, out var earlier) && earlier.Stage == step.Stage;
                last[name] = step;
                return again
                    ? [earlier.At($"Multiple {name} instructions should not be used in the same stage because only the last one will be used")]
                    : [];
            };
        });
}
