using BuildSharp.Build;

namespace BuildSharp.Cli.Commands;

/// <summary>Writes what a build says, as lines on standard output in the form scripts know (buildah-build(1)). Each is flushed: the output of
/// RUN commands goes to the same stream without us.</summary>
/// <param name="call">The command.</param>
/// <param name="quiet">Whether only warnings are told.</param>
/// <param name="showsIds">Whether the images of steps are told.</param>
/// <param name="prefix">What stands before the steps of one build of several.</param>
internal sealed class BuildPrinter(Invocation call, bool quiet, bool showsIds, string prefix = "") : IProgress<BuildEvent>
{
    public void Report(BuildEvent value)
    {
        if (value is BuildWarning warning)
        {
            call.Log.Warning(warning.Message);
            return;
        }

        if (quiet || (value is ImageMade && !showsIds))
        {
            return;
        }

        call.Out.WriteLine(value switch
        {
            StepStarted step => $"{prefix}{Prefix(step.Stage, step.StageCount)}STEP {step.Number}/{step.Total}: {step.Text}",
            CommitStarted commit => $"{prefix}{Prefix(commit.Stage, commit.StageCount)}COMMIT{(commit.Name is null ? "" : " " + commit.Name)}",
            CacheUsed cached => $"--> Using cache {cached.Id}",
            ImageMade image => $"--> {image.Id[..12]}",
            Tagged tagged => $"Successfully tagged {tagged.Name}",
            ArgumentsNotConsumed arguments => $"[Warning] one or more build args were not consumed: [{string.Join(' ', arguments.Names)}]",
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        call.Out.Flush();
    }

    private static string Prefix(int stage, int count) => count > 1 ? $"[{stage}/{count}] " : "";
}
