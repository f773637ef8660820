using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Ignoring;

namespace BuildSharp.Dockerfiles.Lint;

/// <summary>What rules look at.</summary>
/// <param name="Dockerfile">The tree.</param>
/// <param name="Arguments">What the build was given.</param>
public sealed record LintContext(Dockerfile Dockerfile, BuildArguments Arguments)
{
    private VariableUse? variables;
    private IReadOnlyList<Stage>? built;
    private int?[]? parents;

    /// <summary>Name or number of the stage to build; null is the last one.</summary>
    public string? Target { get; init; }

    /// <summary>The stages the target needs, in order. Rules about what a step does look at these alone: what is not built cannot go
    /// wrong. Rules about spelling look at the whole file.</summary>
    public IReadOnlyList<Stage> BuiltStages => built ??= StageReach.From(Dockerfile, Target);

    /// <summary>The instructions of <see cref="BuiltStages"/> and the arguments before them.</summary>
    internal IEnumerable<Instruction> BuiltInstructions => Dockerfile.GlobalArguments
        .Concat(BuiltStages.SelectMany(stage => stage.Instructions.Prepend(stage.From)));

    /// <summary>The context's ignore file, or null when there is none.</summary>
    public IgnoreFile? Ignored { get; init; }

    /// <summary>The earlier stage that a stage starts from, or null.</summary>
    internal int? ParentOf(Stage stage) => (parents ??= FindParents())[stage.Index];

    /// <summary>By stage, whether something holds for it or for one that it goes back to.</summary>
    internal bool[] Inherited(Func<Stage, bool> holds)
    {
        var result = new bool[Dockerfile.Stages.Count];
        foreach (var stage in Dockerfile.Stages) result[stage.Index] = (ParentOf(stage) is { } parent && result[parent]) || holds(stage);
        return result;
    }

    private int?[] FindParents()
    {
        var latest = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        var found = new int?[Dockerfile.Stages.Count];
        foreach (var stage in Dockerfile.Stages)
        {
            if (latest.TryGetValue(stage.From.Image, out var parent)) found[stage.Index] = parent;
            if (stage.Name is { } name) latest[name] = stage.Index;
        }

        return found;
    }

    /// <summary>Which variables each instruction uses without their being set.</summary>
    internal VariableUse Variables => variables ??= VariableUse.Of(this);

    /// <summary>An occurrence that is a whole instruction.</summary>
    internal static LintFinding At(Instruction instruction, string message) => At(instruction.Statement, message);

    /// <summary>An occurrence that is a whole instruction.</summary>
    internal static LintFinding At(Statement statement, string message) => new(statement.Span, message, statement);
}
