using BuildSharp.Build.Contexts;
using BuildSharp.Dockerfiles;
using BuildSharp.Dockerfiles.Instructions;
using BuildSharp.Notation;

namespace BuildSharp.Build;

/// <summary>The stages of a build and their dependencies. A stage can name only earlier ones, so they can be built in file order.</summary>
public sealed class StageGraph
{
    private readonly StageLookup _names;
    private readonly IReadOnlyDictionary<string, NamedContext> _contexts;
    private readonly IReadOnlyList<MountOptions> _mounts;

    /// <param name="stages">The stages up to the target.</param>
    /// <param name="names">Finds stages by name.</param>
    /// <param name="contexts">Named contexts, which hide stages of the same name.</param>
    /// <param name="mounts">Mounts of every RUN.</param>
    internal StageGraph(
        IReadOnlyList<PlannedStage> stages, StageLookup names, IReadOnlyDictionary<string, NamedContext> contexts, IReadOnlyList<MountOptions> mounts) =>
        (Stages, _names, _contexts, _mounts) = (stages, names, contexts, mounts);

    /// <summary>All stages up to the target, in file order.</summary>
    public IReadOnlyList<PlannedStage> Stages { get; }

    /// <summary>Finds a stage by name or number among those before <paramref name="before"/>.</summary>
    /// <remarks>Names are case-insensitive; of several equal names the last wins. A name has precedence over a number.</remarks>
    public PlannedStage? Find(string nameOrNumber, int before) =>
        _names.Find(nameOrNumber, Math.Min(before, Stages.Count)) is { } index ? Stages[index] : null;

    /// <summary>Finds the stage that FROM or <c>--from</c> names; null when a named context has that name.</summary>
    public PlannedStage? FindSource(string nameOrNumber, int before) => _contexts.ContainsKey(nameOrNumber) ? null : Find(nameOrNumber, before);

    /// <summary>Hints for a name that no earlier stage has: the stage comes later, or the name is misspelt; empty when neither
    /// applies.</summary>
    /// <param name="name">The name, which may also be meant as an image.</param>
    /// <param name="before">Index of the stage that uses the name.</param>
    public IReadOnlyList<string> Explain(string name, int before)
    {
        if (Find(name, Stages.Count) is { } later)
        {
            return [later.Index == before
                ? "A stage cannot take anything from itself."
                : $"Stage {name} begins on line {later.From.Span.Start.Line}; a stage can use only those above it."];
        }
        if (name.Length == 0)
        {
            return ["--from is empty here: its variable has no value."];
        }

        if (name.All(char.IsAsciiDigit))
        {
            return [before == 0 ? "There is no stage above this one." : $"The last stage above this one has the number {before - 1}."];
        }

        return Suggestion.For(name, Stages.Take(before).Select(stage => stage.Name).OfType<string>()) is { } meant ? [$"Did you mean the stage {meant}?"] : [];
    }

    /// <summary>The last stage and all stages that it needs, directly or indirectly.</summary>
    public StageSet Reachable()
    {
        var reached = new StageSet(Stages.Count) { Stages.Count - 1 };
        // A stage only needs earlier ones. Going backwards, all users of a stage are visited before the stage itself.
        for (var index = Stages.Count - 1; index > 0; index--)
        {
            if (!reached.Contains(index))
            {
                continue;
            }

            var stage = Stages[index];
            if (stage.Base is EarlierStageBase earlier)
            {
                reached.Add(earlier.Index);
            }

            AddCopied(stage, reached);
            // All stages are reached already.
            if (reached.Count >= Stages.Count)
            {
                break;
            }
        }
        return reached;
    }

    /// <summary>Adds the stages that a stage copies or mounts from. A name with a variable is known only during the build, so it adds all earlier
    /// stages.</summary>
    internal void AddCopied(PlannedStage stage, StageSet sources)
    {
        foreach (var instruction in stage.Instructions)
        {
            AddCopied(stage, instruction, sources);
        }
    }

    /// <summary>The stages that a stage waits for before it starts: its base, and what the first instruction that changes files copies or
    /// mounts. It may start without what later ones need, because until then it has work of its own.</summary>
    public StageSet NeededToStart(int index)
    {
        var stage = Stages[index];
        var needed = new StageSet(Stages.Count);
        if (stage.Base is EarlierStageBase earlier)
        {
            needed.Add(earlier.Index);
        }

        if (stage.Instructions.FirstOrDefault(instruction => instruction is RunInstruction or AddOrCopyInstruction) is { } first)
        {
            AddCopied(stage, first, needed);
        }

        return needed;
    }

    /// <summary>Whether two of the stages can be built at the same time, because neither waits for the other before it starts.</summary>
    public bool HasSideBySide(StageSet built)
    {
        // Stages only wait for earlier ones, so a stage that does not wait for the one before it in the set can be built beside it.
        int? before = null;
        foreach (var index in built)
        {
            if (before is { } other && !NeededToStart(index).Contains(other))
            {
                return true;
            }

            before = index;
        }

        return false;
    }

    private void AddCopied(PlannedStage stage, Instruction instruction, StageSet sources)
    {
        foreach (var from in Sources(instruction))
        {
            if (from.Contains('$'))
            {
                sources.AddAllBefore(stage.Index);
            }
            else if (!_contexts.ContainsKey(from) && _names.Find(from, stage.Index) is { } source)
            {
                sources.Add(source);
            }
        }
    }

    private IEnumerable<string> Sources(Instruction instruction) => instruction switch
    {
        CopyInstruction { From: { } from } => [from],
        RunInstruction run => run.Mounts.Select(mount => mount.Options).Concat(_mounts).Select(mount => mount.From).OfType<string>(),
        _ => [],
    };
}
