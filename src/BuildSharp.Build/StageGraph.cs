using System.Globalization;
using BuildSharp.Build.Contexts;
using BuildSharp.Dockerfiles;

namespace BuildSharp.Build;

/// <summary>The stages of a build and who needs whom. A stage can only name earlier ones, so file order is an order to build in.</summary>
public sealed class StageGraph
{
    private readonly IReadOnlyList<PlannedStage> _stages;
    private readonly IReadOnlyDictionary<string, NamedContext> _contexts;
    private readonly Dictionary<string, List<int>> _byName = new(StringComparer.OrdinalIgnoreCase);
    private int _indexed;

    /// <param name="stages">May grow while the graph is asked: a plan looks names up among the stages it has made so far.</param>
    /// <param name="contexts">Names that stand for something else than a stage.</param>
    internal StageGraph(IReadOnlyList<PlannedStage> stages, IReadOnlyDictionary<string, NamedContext> contexts) => (_stages, _contexts) = (stages, contexts);

    /// <summary>All stages up to the target, in file order.</summary>
    public IReadOnlyList<PlannedStage> Stages => _stages;

    /// <summary>The stage that a name or a number stands for, among those before <paramref name="before"/>.</summary>
    /// <remarks>Of several with one name the last wins. Names are compared without regard to case. A name goes before a number.</remarks>
    public PlannedStage? Find(string nameOrNumber, int before)
    {
        before = Math.Min(before, _stages.Count);
        IndexNames();
        if (_byName.TryGetValue(nameOrNumber, out List<int>? places))
        {
            int place = places.BinarySearch(before);
            if ((place < 0 ? ~place : place) is > 0 and var next) return _stages[places[next - 1]];
        }
        return int.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < before ? _stages[number] : null;
    }

    /// <summary>The stage that FROM or <c>--from</c> names; a context of the same name goes before it.</summary>
    public PlannedStage? FindSource(string nameOrNumber, int before) => _contexts.ContainsKey(nameOrNumber) ? null : Find(nameOrNumber, before);

    /// <summary>What to do about a name that no stage before a place has: it comes later, or it is misspelt. Nothing when neither.</summary>
    /// <param name="name">The name, which may as well have been meant for an image.</param>
    /// <param name="before">Where it was looked for.</param>
    public IReadOnlyList<string> Explain(string name, int before)
    {
        if (Find(name, _stages.Count) is { } later)
        {
            return [later.Index == before
                ? "A stage cannot take anything from itself."
                : $"Stage {name} begins on line {later.From.Span.Start.Line}; a stage can use only those above it."];
        }
        if (name.All(char.IsAsciiDigit)) return [before == 0 ? "There is no stage above this one." : $"The last stage above this one has the number {before - 1}."];
        return Suggestion.For(name, _stages.Take(before).Select(stage => stage.Name).OfType<string>()) is { } meant ? [$"Did you mean the stage {meant}?"] : [];
    }


    /// <summary>The stages that a stage cannot do without: its base and those it copies from.</summary>
    public IEnumerable<int> Needs(PlannedStage stage) => Copies(stage).Concat(stage.Base is EarlierStageBase earlier ? [earlier.Index] : []);

    /// <summary>Whether another stage that gets built starts from this one.</summary>
    public bool IsBase(int index, IReadOnlySet<int> built) => _stages.Any(stage => built.Contains(stage.Index) && stage.Base == new EarlierStageBase(index));

    /// <summary>Whether another stage that gets built copies from this one.</summary>
    public bool IsCopiedFrom(int index, IReadOnlySet<int> built) => _stages.Any(stage => built.Contains(stage.Index) && Copies(stage).Contains(index));

    /// <summary>The last stage and everything it reaches.</summary>
    public IReadOnlySet<int> Reachable()
    {
        var reached = new HashSet<int>();
        var open = new Stack<int>([_stages.Count - 1]);
        int allBelow = 0;
        while (open.TryPop(out int index))
        {
            if (!reached.Add(index)) continue;
            PlannedStage stage = _stages[index];
            // Once everything below a place is on its way, a second stage that may copy from anywhere adds only what lies above.
            if (CopiesFromAnywhere(stage))
            {
                for (; allBelow < index; allBelow++) open.Push(allBelow);
            }
            foreach (int needed in NamedCopies(stage)) open.Push(needed);
            if (stage.Base is EarlierStageBase earlier) open.Push(earlier.Index);
        }
        return new SortedSet<int>(reached);
    }

    private void IndexNames()
    {
        for (; _indexed < _stages.Count; _indexed++)
        {
            if (_stages[_indexed].Name is not { } name) continue;
            if (!_byName.TryGetValue(name, out List<int>? places)) _byName.Add(name, places = []);
            places.Add(_indexed);
        }
    }

    private IEnumerable<int> Copies(PlannedStage stage) => CopiesFromAnywhere(stage) ? Enumerable.Range(0, stage.Index) : NamedCopies(stage);

    /// <summary>Whether a name has a variable in it: it is known only when the instruction runs, and may be any earlier stage's.</summary>
    private static bool CopiesFromAnywhere(PlannedStage stage) =>
        stage.Instructions.OfType<CopyInstruction>().Any(copy => copy.From is { } from && from.Contains('$'));

    private IEnumerable<int> NamedCopies(PlannedStage stage) => stage.Instructions.OfType<CopyInstruction>()
        .Select(copy => copy.From is { } from ? FindSource(from, stage.Index)?.Index : null).OfType<int>();
}
