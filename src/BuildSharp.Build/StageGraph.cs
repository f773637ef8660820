using System.Globalization;
using BuildSharp.Dockerfiles;

namespace BuildSharp.Build;

/// <summary>The stages of a build and who needs whom. A stage can only name earlier ones, so file order is an order to build in.</summary>
public sealed class StageGraph
{
    private readonly IReadOnlyList<PlannedStage> _stages;

    internal StageGraph(IReadOnlyList<PlannedStage> stages) => _stages = stages;

    /// <summary>All stages up to the target, in file order.</summary>
    public IReadOnlyList<PlannedStage> Stages => _stages;

    /// <summary>The stage that a name or a number stands for, among those before <paramref name="before"/>.</summary>
    /// <remarks>Of several with one name the last wins. Names are compared without regard to case. A name goes before a number.</remarks>
    public PlannedStage? Find(string nameOrNumber, int before)
    {
        for (int index = Math.Min(before, _stages.Count) - 1; index >= 0; index--)
        {
            if (string.Equals(_stages[index].Name, nameOrNumber, StringComparison.OrdinalIgnoreCase)) return _stages[index];
        }
        return int.TryParse(nameOrNumber, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number < Math.Min(before, _stages.Count)
            ? _stages[number]
            : null;
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
        var reached = new SortedSet<int>();
        var open = new Stack<int>([_stages.Count - 1]);
        while (open.TryPop(out int index))
        {
            if (!reached.Add(index)) continue;
            foreach (int needed in Needs(_stages[index])) open.Push(needed);
        }
        return reached;
    }

    private IEnumerable<int> Copies(PlannedStage stage)
    {
        foreach (CopyInstruction copy in stage.Instructions.OfType<CopyInstruction>())
        {
            if (copy.From is not { } from) continue;
            // A name with a variable in it is known only when the instruction runs; it may be any earlier stage.
            if (from.Contains('$'))
            {
                for (int index = 0; index < stage.Index; index++) yield return index;
            }
            else if (Find(from, stage.Index) is { } source)
            {
                yield return source.Index;
            }
        }
    }
}
