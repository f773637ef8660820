using BuildSharp.Build.Contexts;
using BuildSharp.Dockerfiles;
using BuildSharp.Notation;

namespace BuildSharp.Build;

/// <summary>The stages of a build and who needs whom. A stage can only name earlier ones, so file order is an order to build in.</summary>
public sealed class StageGraph
{
    private readonly StageLookup _names;
    private readonly IReadOnlyDictionary<string, NamedContext> _contexts;

    /// <param name="stages">The stages up to the target.</param>
    /// <param name="names">Finds them.</param>
    /// <param name="contexts">Names that stand for something else than a stage.</param>
    internal StageGraph(IReadOnlyList<PlannedStage> stages, StageLookup names, IReadOnlyDictionary<string, NamedContext> contexts) =>
        (Stages, _names, _contexts) = (stages, names, contexts);

    /// <summary>All stages up to the target, in file order.</summary>
    public IReadOnlyList<PlannedStage> Stages { get; }

    /// <summary>The stage that a name or a number stands for, among those before <paramref name="before"/>.</summary>
    /// <remarks>Of several with one name the last wins. Names are compared without regard to case. A name goes before a number.</remarks>
    public PlannedStage? Find(string nameOrNumber, int before) =>
        _names.Find(nameOrNumber, Math.Min(before, Stages.Count)) is { } index ? Stages[index] : null;

    /// <summary>The stage that FROM or <c>--from</c> names; a context of the same name goes before it.</summary>
    public PlannedStage? FindSource(string nameOrNumber, int before) => _contexts.ContainsKey(nameOrNumber) ? null : Find(nameOrNumber, before);

    /// <summary>What to do about a name that no stage before a place has: it comes later, or it is misspelt. Nothing when neither.</summary>
    /// <param name="name">The name, which may as well have been meant for an image.</param>
    /// <param name="before">Where it was looked for.</param>
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

    /// <summary>The last stage and everything it reaches.</summary>
    public StageSet Reachable()
    {
        var reached = new StageSet(Stages.Count) { Stages.Count - 1 };
        // What a stage needs lies above it, so whoever goes up has seen all who need a stage before coming to it.
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
            // Nothing above can add to all.
            if (reached.Count >= Stages.Count)
            {
                break;
            }
        }
        return reached;
    }

    /// <summary>Adds the stages that a stage copies from. A name with a variable in it is known only when the instruction runs: it may be
    /// any earlier stage's.</summary>
    internal void AddCopied(PlannedStage stage, StageSet sources)
    {
        foreach (var instruction in stage.Instructions)
        {
            if (instruction is not CopyInstruction { From: { } from })
            {
                continue;
            }

            if (from.Contains('$'))
            {
                sources.AddAllBefore(stage.Index);
                return;
            }
            if (!_contexts.ContainsKey(from) && _names.Find(from, stage.Index) is { } source)
            {
                sources.Add(source);
            }
        }
    }
}
