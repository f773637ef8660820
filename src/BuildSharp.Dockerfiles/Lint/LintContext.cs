using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>What rules look at.</summary>
/// <param name="Dockerfile">The tree.</param>
/// <param name="Arguments">What the build was given.</param>
public sealed record LintContext(Dockerfile Dockerfile, BuildArguments Arguments)
{
    private StageLookup? _names;
    private LintSurvey? _survey;

    /// <summary>Name or number of the stage to build; null is the last one.</summary>
    public string? Target { get; init; }

    /// <summary>The context's ignore file, or null when there is none.</summary>
    public IgnoreFile? Ignored { get; init; }

    /// <summary>Finds stages by the names as written.</summary>
    internal StageLookup Names => _names ??= new StageLookup(Dockerfile.Stages.Select(stage => stage.Name));

    /// <summary>What is known of the file before the first rule looks at it.</summary>
    internal LintSurvey Survey => _survey ??= LintSurvey.Of(this);

    /// <summary>Everything there is to look at, in order.</summary>
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
