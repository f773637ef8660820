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
    private readonly List<(string Text, TimeSpan Time)> _steps = [];
    private string? _current;
    private long _since;

    /// <summary>Notes the start of a step or commit, and with it the end of the one before.</summary>
    public void Note(BuildEvent value)
    {
        var text = value switch
        {
            StepStarted step => step.Text,
            CommitStarted { Name: { } name } => $"COMMIT {name}",
            CommitStarted => "COMMIT",
            _ => null,
        };
        if (text is not null)
        {
            End();
            _current = text;
        }
    }

    /// <summary>Lines that name the longest steps, for a window of that width; empty after a short build.</summary>
    public IEnumerable<string> Summary(int columns)
    {
        End();
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

    private void End()
    {
        if (_current is not null)
        {
            _steps.Add((_current, clock.GetElapsedTime(_since)));
            _current = null;
        }

        _since = clock.GetTimestamp();
    }
}
