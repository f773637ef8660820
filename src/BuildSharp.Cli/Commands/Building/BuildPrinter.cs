using BuildSharp.Build;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Prints build events on standard output, in buildah's form because scripts read it (buildah-build(1)). Flushes after each line,
/// because RUN commands write to the same descriptor directly.</summary>
/// <param name="call">The command.</param>
/// <param name="quiet">Whether to print warnings only.</param>
/// <param name="showsIds">Whether to print the image IDs of intermediate steps.</param>
/// <param name="explain">Value of <c>--explain</c>; null or empty without it.</param>
/// <param name="build">Tells several builds of one command apart, as <c>[linux/arm64]</c>; empty for one.</param>
/// <param name="labelsAll">Whether every line names its build and stage, because several write at the same time; else only those that
/// start a step or a commit do.</param>
/// <param name="times">Notes the steps.</param>
internal sealed class BuildPrinter(Invocation call, bool quiet, bool showsIds, string? explain, string build, bool labelsAll, StepTimes times)
    : IProgress<BuildEvent>, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ProgressItem> _steps = [];

    /// <summary>What comes before the lines of a stage.</summary>
    /// <param name="build">As the parameter of the class.</param>
    /// <param name="place">The stage; null for the build as a whole.</param>
    public static string Label(string build, StagePlace? place) =>
        (build.Length > 0 ? build + " " : "") + (place is { Count: > 1 } ? $"[{place.Number}/{place.Count}] " : "");

    public void Report(BuildEvent value)
    {
        times.Note(value, build);
        if (value is BuildWarning warning)
        {
            call.Log.Warning(warning.Message);
            return;
        }

        if (value is ShellOpened opened)
        {
            call.Error.WriteLine($"{opened.Failure}\nA shell in the container of the step; the build ends when it does.");
            return;
        }

        if (explain == "json" && value is StepExplained explained)
        {
            call.Out.WriteLine(ExplainedStep.Json(explained, build));
            call.Out.Flush();
        }

        if (quiet || (value is ImageMade && !showsIds) || (value is StepExplained { IsNews: false } && explain != "text"))
        {
            return;
        }

        lock (_lock)
        {
            Print(value);
        }
    }

    /// <summary>Ends what is still drawn.</summary>
    public void Dispose()
    {
        foreach (var step in _steps.Values)
        {
            step.Dispose();
        }
    }

    private void Print(BuildEvent value)
    {
        if (value is StepStarted or CommitStarted or StageEnded && value.Place is { } ended && _steps.Remove(ended.Number, out var before))
        {
            before.Dispose();
        }

        if (value is StageEnded)
        {
            return;
        }

        // Unless steps are drawn, commands write to the terminal directly, below the line that is printed now.
        call.Surroundings.Display?.Clear();
        foreach (var line in LinesOf(value))
        {
            call.Out.WriteLine(line);
        }

        call.Out.Flush();
        if (value is StepStarted or CommitStarted && value.Place is { } place && call.Surroundings.DrawsSteps
            && ProgressItem.Start(call.Surroundings.Display, ProgressKind.Step, LinesOf(value).Single()) is { } step)
        {
            _steps.Add(place.Number, step);
        }
    }

    private IEnumerable<string> LinesOf(BuildEvent value)
    {
        if (value is StagesSkipped skipped)
        {
            return skipped.Stages.Select(stage => $"{Label(build, stage.Place)}SKIP {stage.Name ?? "stage"}: the image does not need it");
        }

        var label = labelsAll || value is StepStarted or CommitStarted ? Label(build, value.Place) : "";
        if (value is StepExplained explained)
        {
            return ExplainedStep.Lines(explained, isAsked: explain == "text").Select(line => label + line);
        }

        return
        [
            label + value switch
            {
                StepStarted step => $"STEP {step.Number}/{step.Total}: {step.Text}",
                CommitStarted commit => $"COMMIT{(commit.Name is null ? "" : " " + commit.Name)}",
                CachePulled pulled => $"--> Cache pulled from remote {pulled.From}",
                CachePushed pushed => $"--> Pushing cache [{pushed.To}]:{pushed.Key}",
                CacheUsed cached => $"--> Using cache {cached.Id}",
                ImageMade image => $"--> {image.Id[..12]}",
                BuildRepeated => "Building a second time, to compare",
                BuildReproduced reproduced => $"Reproducible: both builds made {reproduced.Manifest}",
                Tagged tagged => $"Successfully tagged {tagged.Name}",
                ArgumentsNotConsumed arguments => $"[Warning] one or more build args were not consumed: [{string.Join(' ', arguments.Names)}]",
                _ => throw new System.Diagnostics.UnreachableException(),
            },
        ];
    }
}
