using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Ignoring;
using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>Input of the lint rules.</summary>
/// <param name="Dockerfile">The parsed Dockerfile.</param>
/// <param name="Arguments">Arguments of the build.</param>
public sealed record LintContext(Dockerfile Dockerfile, BuildArguments Arguments)
{
    private StageLookup? _names;
    private LintSurvey? _survey;

    /// <summary>Name or number of the stage to build; null for the last one.</summary>
    public string? Target { get; init; }

    /// <summary>The context's ignore file; null for none.</summary>
    public IgnoreFile? Ignored { get; init; }

    /// <summary>Finds stages by name as written.</summary>
    internal StageLookup Names => _names ??= new StageLookup(Dockerfile.Stages.Select(stage => stage.Name));

    /// <summary>Facts about the whole file, collected before the rules run.</summary>
    internal LintSurvey Survey => _survey ??= LintSurvey.Of(this);

    /// <summary>All statements in order.</summary>
    internal IEnumerable<LintStep> Steps
    {
        get
        {
            var built = StageReach.From(Dockerfile, Names, Target);
            var stage = -1;
            foreach (var read in Dockerfile.Everything)
            {
                if (read.Instruction is FromInstruction)
                {
                    stage++;
                }

                yield return new LintStep(read.Statement, read.Instruction, stage, stage < 0 || built.Contains(stage));
            }
        }
    }
}
