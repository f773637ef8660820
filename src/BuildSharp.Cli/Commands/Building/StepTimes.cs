using BuildSharp.Build;
using BuildSharp.Cli.Output.Progress;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>Measures the steps of a build, to say on a terminal where the time went.</summary>
/// <param name="clock">Measures.</param>
internal sealed class StepTimes(TimeProvider clock)
{
    private const int MostLines = 5;
    private const int Indent = 9;

    // Whoever waited for less than this needs no explanation.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly long _started = clock.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly List<(string Text, TimeSpan Time)> _steps = [];
    // The running step of each stage of each build, and when it started.
    private readonly Dictionary<(string Build, int? Stage), (string Text, long Since)> _running = [];

    /// <summary>Notes the start of a step or commit, and with it the end of the one before in the same stage.</summary>
    /// <param name="value">The event.</param>
    /// <param name="build">Tells the builds of several platforms apart.</param>
    public void Note(BuildEvent value, string build = "")
    {
        var text = value switch
        {
            StepStarted step => step.Text,
            CommitStarted { Name: { } name } => $"COMMIT {name}",
            CommitStarted => "COMMIT",
            _ => null,
        };
        if (text is null && value is not StageEnded)
        {
            return;
        }

        lock (_lock)
        {
            var stage = (build, value.Place?.Number);
            End(stage);
            if (text is not null)
            {
                _running.Add(stage, (text, clock.GetTimestamp()));
            }
        }
    }

    /// <summary>Lines that name the longest steps, for a window of that width; empty after a short build.</summary>
    public IEnumerable<string> Summary(int columns)
    {
        _running.Keys.ToList().ForEach(End);
        var whole = clock.GetElapsedTime(_started);
        if (whole < Shortest)
        {
            yield break;
        }

        yield return $"{Seconds(whole)} in all, of that:";
        // A rounded tenth of a second is the least that the lines can show.
        var longest = _steps.OrderByDescending(step => step.Time).Where(step => step.Time.TotalSeconds >= 0.05).Take(MostLines).ToList();
        foreach (var (text, time) in longest)
        {
            var printable = TerminalText.Printable(text);
            yield return $"{Seconds(time),Indent - 2}  {TerminalText.StartOf(printable, columns - Indent - 1)}";
        }

        var rest = whole - longest.Aggregate(TimeSpan.Zero, (sum, step) => sum + step.Time);
        if (rest.TotalSeconds >= 0.05)
        {
            yield return $"{Seconds(rest),Indent - 2}  everything else";
        }
    }

    private static string Seconds(TimeSpan time) =>
        time.TotalMinutes < 1 ? FormattableString.Invariant($"{time.TotalSeconds:F1}s") : ProgressLine.Time(Math.Floor(time.TotalSeconds));

    private void End((string Build, int? Stage) stage)
    {
        if (_running.Remove(stage, out var step))
        {
            _steps.Add((step.Text, clock.GetElapsedTime(step.Since)));
        }
    }
}
