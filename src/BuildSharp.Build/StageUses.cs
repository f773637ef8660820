using BuildSharp.Dockerfiles;

namespace BuildSharp.Build;

/// <summary>How later stages use each stage: as base image, or as a source of files.</summary>
internal sealed class StageUses
{
    private readonly int[] _lastStarted;
    private readonly StageSet _copied;
    private readonly HashSet<int> _inResult = [];

    /// <param name="graph">The stages.</param>
    /// <param name="built">The stages to build.</param>
    public StageUses(StageGraph graph, StageSet built)
    {
        _lastStarted = new int[graph.Stages.Count];
        _copied = new StageSet(graph.Stages.Count);
        foreach (var index in built.SkipWhile(index => index == 0))
        {
            var stage = graph.Stages[index];
            if (stage.Base is EarlierStageBase earlier)
            {
                _lastStarted[earlier.Index] = index;
            }

            graph.AddCopied(stage, _copied);
        }

        for (int? index = graph.Stages.Count - 1; index is { } one; index = (graph.Stages[one].Base as EarlierStageBase)?.Index)
        {
            _inResult.Add(one);
        }
    }

    /// <summary>Whether the result has the layers of this stage: it is the last one, or one that it starts from.</summary>
    public bool IsInResult(int index) => _inResult.Contains(index);

    /// <summary>Whether another stage starts from this one.</summary>
    public bool IsBase(int index) => _lastStarted[index] > 0;

    /// <summary>Whether a stage after index <paramref name="place"/> starts from this one.</summary>
    public bool IsBaseAfter(int index, int place) => _lastStarted[index] > place;

    /// <summary>Whether another stage copies from this one.</summary>
    public bool IsCopiedFrom(int index) => _copied.Contains(index);
}
