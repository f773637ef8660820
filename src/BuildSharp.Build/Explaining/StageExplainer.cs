using BuildSharp.Containers.Adding.Digests;
using BuildSharp.Dockerfiles.Expansion;
using BuildSharp.Dockerfiles.Instructions;

namespace BuildSharp.Build.Explaining;

/// <summary>Says for each step of a stage whether it was found, and if not, why; and takes down what the next build needs for that. Used by
/// the task of the stage.</summary>
/// <param name="memory">What the build before remembered; null to remember nothing.</param>
/// <param name="stage">The stage.</param>
/// <param name="session">The build.</param>
internal sealed class StageExplainer(BuildMemory? memory, PlannedStage stage, BuildSession session)
{
    private readonly List<StepInputs> _done = [];
    private readonly StageInputs? _before = memory?.Before.Stages.GetValueOrDefault(KeyOf(stage));
    private string _base = "";
    private bool _hasMissed;
    private bool _isTold;
    private Func<StepInputs> _inputs = () => throw new System.Diagnostics.UnreachableException();

    /// <summary>Takes down the files of the present step.</summary>
    public FileRecorder Files { get; private set; } = new();

    /// <summary>Why the cache is not used for the stage or the step; null when it is.</summary>
    public Difference? NotUsed { get; set; }

    /// <summary>Takes down what the stage starts from.</summary>
    /// <param name="baseId">ID of the image; empty for scratch.</param>
    public void Start(string baseId) => _base = baseId;

    /// <summary>Takes down a step that begins.</summary>
    /// <param name="written">The instruction as written.</param>
    /// <param name="scope">Gives the variables that are visible when the inputs are needed.</param>
    /// <param name="isResult">Whether the instruction is the last one, which adds the annotations.</param>
    public void Begin(Instruction written, Func<BuildScope> scope, bool isResult)
    {
        Files = new FileRecorder();
        _isTold = false;
        _inputs = () => new StepInputs(
            string.Join('\n', written.Statement.Heredocs.Select(heredoc => heredoc.Body).Prepend(written.Original)),
            Arguments(scope()), ShapingFlags.Of(session.Request, isResult))
        { Files = Files.Files };
    }

    /// <summary>Begins the list of files again, because they are read again.</summary>
    public void Reread() => Files = new FileRecorder();

    /// <summary>The step was found: in the store, or in a remote cache.</summary>
    public StepExplained Found(CachedStep step)
    {
        _isTold = true;
        return new StepExplained(IsFound: true, step.Image.Id, []) { From = step.From };
    }

    /// <summary>The step is executed. Null when that was told already.</summary>
    public StepExplained? Missed()
    {
        if (_isTold)
        {
            return null;
        }

        var isOff = NotUsed is { Kind: DifferenceKind.CacheOff };
        var differences = _hasMissed && !isOff ? [new Difference(DifferenceKind.StepBefore)] : Why();
        (_isTold, _hasMissed, NotUsed) = (true, true, isOff ? NotUsed : null);
        return new StepExplained(IsFound: false, null, differences);
    }

    /// <summary>Takes down the image that was made or found.</summary>
    public void Done(string imageId) => _done.Add(_inputs() with { Image = imageId });

    /// <summary>Remembers the stage. Steps that it did not come to are kept as they were.</summary>
    public void End() => memory?.Note(KeyOf(stage), new StageInputs(_base, [.. _done, .. _before?.Steps.Skip(_done.Count) ?? []]));

    private IReadOnlyList<Difference> Why()
    {
        if (NotUsed is not null)
        {
            return [NotUsed];
        }

        if (_before is null)
        {
            return [new Difference(DifferenceKind.FirstBuild)];
        }

        if (_before.Base != _base)
        {
            return [new Difference(DifferenceKind.Base, stage.From.Image, _before.Base, _base)];
        }

        if (_before.Steps.Count <= _done.Count)
        {
            return [new Difference(DifferenceKind.NewStep)];
        }

        var other = _before.Steps[_done.Count];
        return StepComparison.Of(other, _inputs()) is { Count: > 0 } differences ? differences
            : [new Difference(other.Image is { } id && session.Store.FindImage(id) is null ? DifferenceKind.ImageGone : DifferenceKind.Image)];
    }

    private static Dictionary<string, string> Arguments(BuildScope scope) =>
        scope.Arguments.Where(argument => argument.Value is not null).ToDictionary(argument => argument.Key, argument => scope.Lookup(argument.Key) ?? "");

    private static string KeyOf(PlannedStage stage) => stage.Name ?? stage.Index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
