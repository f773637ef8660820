using BuildSharp.Build;
using BuildSharp.Cli.Commands.Building;

namespace BuildSharp.Tests.Cli.Progress;

/// <summary>The last lines of a build on a terminal.</summary>
public class StepTimesTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void The_longest_steps_are_named_the_longest_first()
    {
        var times = new StepTimes(_clock);
        Pass(0.2);
        Step(times, "FROM base", 0.01);
        Step(times, "COPY . /src", 1.25);
        Step(times, "RUN make", 75);
        Step(times, "RUN make install", 2);
        times.Note(new CommitStarted("app"));
        Pass(3.5);
        Assert.Equal(
            [
                "1m21s in all, of that:", "  1m15s  RUN make", "   3.5s  COMMIT app", "   2.0s  RUN make install", "   1.2s  COPY . /src",
                "   0.2s  everything else",
            ],
            times.Summary(80));
    }

    [Fact]
    public void A_long_instruction_is_cut_at_the_edge_of_the_window()
    {
        var times = new StepTimes(_clock);
        Step(times, $"RUN echo {new string('x', 100)}\e[2J", 2);
        var lines = times.Summary(40).ToList();
        Assert.Equal("   2.0s  RUN echo xxxxxxxxxxxxxxxxxxx…", lines[1]);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 39));
    }

    [Fact]
    public void A_short_build_needs_no_explanation()
    {
        var times = new StepTimes(_clock);
        Step(times, "FROM base", 0.9);
        Assert.Empty(times.Summary(80));
    }

    private void Step(StepTimes times, string text, double seconds)
    {
        times.Note(new StepStarted(1, 1, text));
        Pass(seconds);
    }

    private void Pass(double seconds) => _clock.Now += TimeSpan.FromSeconds(seconds);
}
