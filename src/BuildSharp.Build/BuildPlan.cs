using BuildSharp.Build.Instructions;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Diagnostics;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;
using BuildSharp.Oci;

namespace BuildSharp.Build;

/// <summary>The stages to build for a Dockerfile and a request: FROM lines expanded, the target found, instructions from flags added.
/// Creating it accesses no store, file or container.</summary>
public sealed class BuildPlan
{
    private readonly Lazy<StageUses> _uses;

    private BuildPlan(StageGraph graph, StageSet needed, IReadOnlySet<int> uncached, BuildArguments arguments, BuildScope scope)
    {
        (Graph, Needed, Uncached, Arguments, Scope) = (graph, needed, uncached, arguments, scope);
        _uses = new Lazy<StageUses>(() => new StageUses(graph, needed));
    }

    /// <summary>The stages up to the target.</summary>
    public StageGraph Graph { get; }

    /// <summary>The stages to build.</summary>
    public StageSet Needed { get; }

    /// <summary>The stages whose steps are not looked for in the cache.</summary>
    internal IReadOnlySet<int> Uncached { get; }

    /// <summary>The stages to leave out, because the target does not need them.</summary>
    public IReadOnlyList<PlannedStage> Skipped => [.. Graph.Stages.Where(stage => !Needed.Contains(stage.Index))];

    /// <summary>Whether some of the stages to build can be built at the same time.</summary>
    public bool HasSideBySide => Graph.HasSideBySide(Needed);

    /// <summary>The build arguments given by the caller.</summary>
    public BuildArguments Arguments { get; }

    /// <summary>Variables visible in FROM lines; each stage starts with a copy.</summary>
    public BuildScope Scope { get; }

    /// <summary>How the stages to build use each other.</summary>
    internal StageUses Uses => _uses.Value;

    /// <summary>Creates the plan.</summary>
    /// <exception cref="BuildSharpException">The target stage does not exist, or a FROM line cannot be expanded.</exception>
    public static BuildPlan Create(Dockerfile dockerfile, BuildRequest request)
    {
        var arguments = request.Arguments with { Target = request.Platform ?? Platform.Host, TargetStage = request.Target ?? "default" };
        var scope = dockerfile.GlobalArguments.Aggregate(BuildScope.Global(arguments), (before, line) => before.Declare(line));
        var planner = new StagePlanner(dockerfile, request, scope);
        var stages = planner.UpTo(TargetOf(planner, dockerfile.Stages.Count, request.Target));
        var graph = new StageGraph(stages, planner.Names, request.NamedContexts, request.Mounts);
        var needed = request.SkipUnusedStages ? graph.Reachable() : All(stages.Count);
        RequireSoundWords(needed.SelectMany(index => stages[index].Instructions), dockerfile.Sources);
        var uncached = request.NoCacheFilter.Select(name => planner.Names.Find(name, dockerfile.Stages.Count)
            ?? throw new BuildSharpException($"--no-cache-filter: the stage \"{name}\" was not found in the provided Dockerfile{Known(planner.AllNames, name)}"));
        return new BuildPlan(graph, needed, uncached.ToHashSet(), arguments, scope);
    }

    private static StageSet All(int count)
    {
        var all = new StageSet(count);
        all.AddAllBefore(count);
        return all;
    }

    private static void RequireSoundWords(IEnumerable<Instruction> instructions, IReadOnlyList<SourceText> sources)
    {
        var mistakes = new DiagnosticBag();
        mistakes.Errors(instructions.SelectMany(instruction => WordCheck.Of(instruction).Concat(AddOrCopyFlags.Mistakes(instruction))));
        if (mistakes.ErrorCount > 0)
        {
            throw new DockerfileException(mistakes.InOrderOf(sources), mistakes.ErrorCount);
        }
    }

    private static int TargetOf(StagePlanner planner, int count, string? target) =>
        target is null ? count - 1
        : planner.Names.Find(target, count)
            ?? throw new BuildSharpException($"the target \"{target}\" was not found in the provided Dockerfile{Known(planner.AllNames, target)}");

    /// <summary>Suggests the stage that was probably meant; else lists all stages when they are few.</summary>
    private static string Known(IEnumerable<string> all, string target)
    {
        if (Suggestion.Clause(target, all) is { Length: > 0 } meant)
        {
            return meant;
        }

        string[] names = [.. all.Distinct().Take(11)];
        return names.Length switch
        {
            0 => ": none of its stages has a name",
            > 10 => "",
            _ => $": its named stages are {string.Join(", ", names)}",
        };
    }
}
