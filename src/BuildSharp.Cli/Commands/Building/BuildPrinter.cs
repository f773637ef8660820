using BuildSharp.Build;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Prints build events on standard output, in buildah's form because scripts read it (buildah-build(1)). Flushes after each line,
/// because RUN commands write to the same descriptor directly.</summary>
/// <param name="call">The command.</param>
/// <param name="quiet">Whether to print warnings only.</param>
/// <param name="showsIds">Whether to print the image IDs of intermediate steps.</param>
/// <param name="prefix">Printed before step and commit lines, to tell several builds of one command apart.</param>
/// <param name="times">Notes the steps.</param>
internal sealed class BuildPrinter(Invocation call, bool quiet, bool showsIds, string prefix, StepTimes times) : IProgress<BuildEvent>, IDisposable
{
    private ProgressItem? _step;

    public void Report(BuildEvent value)
    {
        times.Note(value);
        if (value is BuildWarning warning)
        {
            call.Log.Warning(warning.Message);
            return;
        }

        if (quiet || (value is ImageMade && !showsIds))
        {
            return;
        }

        // Unless steps are drawn, commands write to the terminal directly, below the line that is printed now.
        call.Surroundings.Display?.Clear();
        var line = LineOf(value);
        call.Out.WriteLine(line);
        call.Out.Flush();
        if (value is StepStarted or CommitStarted && call.Surroundings.DrawsSteps)
        {
            _step?.Dispose();
            _step = ProgressItem.Start(call.Surroundings.Display, ProgressKind.Step, line);
        }
    }

    /// <summary>Ends the last step.</summary>
    public void Dispose() => _step?.Dispose();

    private string LineOf(BuildEvent value) => value switch
    {
        StepStarted step => $"{prefix}{Prefix(step.Stage, step.StageCount)}STEP {step.Number}/{step.Total}: {step.Text}",
        CommitStarted commit => $"{prefix}{Prefix(commit.Stage, commit.StageCount)}COMMIT{(commit.Name is null ? "" : " " + commit.Name)}",
        CacheUsed cached => $"--> Using cache {cached.Id}",
        ImageMade image => $"--> {image.Id[..12]}",
        Tagged tagged => $"Successfully tagged {tagged.Name}",
        ArgumentsNotConsumed arguments => $"[Warning] one or more build args were not consumed: [{string.Join(' ', arguments.Names)}]",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Prefix(int stage, int count) => count > 1 ? $"[{stage}/{count}] " : "";
}
