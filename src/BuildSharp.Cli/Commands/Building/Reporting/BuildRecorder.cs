using BuildSharp.Build;
using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Building.Reporting;

/// <summary>Records one build for <c>--report</c>. Stages that run side by side report at the same time.</summary>
/// <param name="planned">The build.</param>
/// <param name="platform">Its platform, if there are several builds; null for one.</param>
/// <param name="elapsed">Time since the start of the command.</param>
internal sealed class BuildRecorder(PlannedBuild planned, string? platform, Func<TimeSpan> elapsed)
{
    private readonly Lock _lock = new();
    // By the number of the build, which is repeated with --verify-reproducible, and of the stage: side by side they start in any order.
    private readonly SortedList<(int Build, int Stage), (string Title, List<RecordedStep> Steps)> _stages = [];
    // The stages that are being built, by their numbers.
    private readonly Dictionary<int, List<RecordedStep>> _running = [];
    private readonly List<string> _skipped = [];
    private readonly List<string> _warnings = [];
    private IReadOnlyList<string> _names = [];
    private int _build = 1;
    private bool _hasFailed;
    private ReportImage? _image;

    /// <summary>A sink that records events and passes them on.</summary>
    public IProgress<BuildEvent> Before(IProgress<BuildEvent> next) => new Recording(this, next);

    /// <summary>Takes the last lines of a command of a stage.</summary>
    /// <param name="place">The stage.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="seesSecret">Whether the command could read a secret; then the lines are dropped.</param>
    public void NoteOutput(StagePlace place, IReadOnlyList<string> lines, bool seesSecret)
    {
        lock (_lock)
        {
            if (_running.TryGetValue(place.Number, out var steps))
            {
                steps[^1].IsSecret = seesSecret;
                steps[^1].Output = seesSecret ? [] : lines;
            }
        }
    }

    /// <summary>Reads from the store what the page shows of images, before images without a name are removed.</summary>
    /// <param name="store">The store.</param>
    /// <param name="image">The image; null when the build has failed.</param>
    public void Read(Store store, StoredImage? image)
    {
        lock (_lock)
        {
            _names = image?.Names ?? [];
            try
            {
                _image = ReportImage.Read(store, image, [.. _stages.Values.SelectMany(stage => stage.Steps)]);
            }
            catch (BuildSharpException error)
            {
                // The failure of the build must stay the one that is told.
                _warnings.Add($"The images cannot be shown: {error.Message}");
            }
        }
    }

    /// <summary>What the page shows. The build has ended.</summary>
    /// <param name="isInterrupted">Whether a signal ended it, so that no step failed.</param>
    public ReportBuild Result(bool isInterrupted)
    {
        lock (_lock)
        {
            return new ReportBuild(
                platform, _image?.Id, _names, [.. _stages.Values.Select(stage => new ReportStage(stage.Title, [.. stage.Steps.Select(step => Shown(step, isInterrupted))]))],
                _skipped, _image?.Layers ?? [], _image?.Config ?? [], _warnings);
        }
    }

    private ReportStep Shown(RecordedStep step, bool isInterrupted)
    {
        var differences = ReportedDifferences.Of(step.Explained);
        return new ReportStep(
            step.Number, step.Text, step.Place, step.Start.TotalSeconds, ((step.End ?? elapsed()) - step.Start).TotalSeconds,
            isInterrupted && step.State == ReportState.Failed ? ReportState.Stopped : step.State,
            step.Explained is { IsFound: false } missed ? missed.Phrase : null, differences.Shown, differences.More,
            step.Image, _image?.LayerOf(step), step.Output, step.IsSecret);
    }

    private void Note(BuildEvent value)
    {
        lock (_lock)
        {
            switch (value)
            {
                case StepStarted step:
                    Begin(value.Place!, new RecordedStep(
                        $"{step.Number}/{step.Total}", step.Text, step.Span is { } span ? $"{span.FileName}:{span.Start.Line}" : null, elapsed()));
                    break;
                case CommitStarted commit:
                    Begin(value.Place!, new RecordedStep(null, commit.Name is null ? "COMMIT" : $"COMMIT {commit.Name}", null, elapsed()));
                    break;
                case StageEnded ended when _running.Remove(value.Place!.Number, out var steps):
                    End(steps[^1], ended.IsDone ? null : _hasFailed ? ReportState.Stopped : ReportState.Failed);
                    _hasFailed |= !ended.IsDone;
                    break;
                case StepExplained explained:
                    _running[value.Place!.Number][^1].Explained = explained;
                    break;
                case CacheUsed cached:
                    (_running[value.Place!.Number][^1].State, _running[value.Place.Number][^1].Image) = (ReportState.Hit, cached.Id);
                    break;
                case ImageMade image:
                    MakerOf(_running[value.Place!.Number]).Image = image.Id;
                    break;
                case StagesSkipped skipped:
                    _skipped.AddRange(skipped.Stages.Select(stage => TitleOf(stage.Place)));
                    break;
                case BuildRepeated:
                    _build++;
                    break;
                case BuildWarning warning:
                    _warnings.Add(warning.Message);
                    break;
                case ArgumentsNotConsumed unused:
                    _warnings.Add($"No ARG declares the build argument {string.Join(", ", unused.Names)}.");
                    break;
                default:
                    // The other events are about the image, which is read from the store.
                    break;
            }
        }
    }

    // With --layers the last step has a layer of its own, and the commit only names it; else the commit makes the layer of all steps.
    private RecordedStep MakerOf(List<RecordedStep> steps) =>
        steps[^1].Number is null && planned.Request.Layers && steps.Count > 1 ? steps[^2] : steps[^1];

    private void Begin(StagePlace place, RecordedStep step)
    {
        if (_running.TryGetValue(place.Number, out var steps))
        {
            End(steps[^1], null);
        }
        else
        {
            steps = _running[place.Number] = [];
            _stages.Add((_build, place.Number), (TitleOf(place) + (_build > 1 ? ", second build" : ""), steps));
        }

        steps.Add(step);
    }

    private void End(RecordedStep step, ReportState? state) => (step.End, step.State) = (elapsed(), state ?? step.State);

    private string TitleOf(StagePlace place)
    {
        var name = planned.Plan.Graph.Stages.ElementAtOrDefault(place.Number - 1)?.Name;
        return name is null ? $"Stage {place.Number} of {place.Count}" : $"Stage {place.Number} of {place.Count}: {name}";
    }

    private sealed class Recording(BuildRecorder recorder, IProgress<BuildEvent> next) : IProgress<BuildEvent>
    {
        public void Report(BuildEvent value)
        {
            recorder.Note(value);
            next.Report(value);
        }
    }
}
