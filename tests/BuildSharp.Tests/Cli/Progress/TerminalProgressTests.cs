using BuildSharp.Cli.Output.Progress;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Tests.Cli.Progress;

/// <summary>What is drawn on a terminal while work goes on.</summary>
public sealed class TerminalProgressTests : IDisposable
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly TerminalScreen _screen = new();
    private readonly ManualClock _clock = new();
    private readonly TerminalProgress _progress;
    private (int Rows, int Columns) _size = (24, 80);

    public TerminalProgressTests() => _progress = new TerminalProgress(_screen, () => _size, _clock, paints: false);

    public void Dispose()
    {
        _progress.Dispose();
        _screen.Dispose();
    }

    [Fact]
    public void Work_that_takes_less_than_a_third_of_a_second_is_not_drawn()
    {
        using (ProgressItem.Start(_progress, ProgressKind.Blob, Digest, 100))
        {
            PaintAfter(299);
        }

        PaintAfter(100);
        Assert.Equal(0, _screen.Writes);
    }

    [Theory]
    [InlineData(200, "Copying blob 0123456789ab", "100 MB / 400 MB   50 MB/s   6s left")]
    [InlineData(80, "Copying blob 0123456789ab", "100 MB / 400 MB   50 MB/s   6s left")]
    [InlineData(40, "0123456789ab", "100 MB/400 MB 50 MB/s 6s")]
    [InlineData(30, "0123456789ab", "100 MB/400 MB 6s")]
    [InlineData(20, "0123456789ab", "25%")]
    [InlineData(8, "…789ab", "")]
    public void The_line_of_a_blob_fits_every_width(int columns, string label, string facts)
    {
        _size = (24, columns);
        using var item = Start(ProgressKind.Blob, Digest, 400_000_000, 0);
        item.Add(100_000_000);
        PaintAfter(2000);
        Assert.Equal((label + facts.PadLeft(Math.Min(columns, 100) - 1 - label.Length)).TrimEnd(), _screen.ToString());
    }

    [Fact]
    public void In_a_narrow_window_the_name_gives_way_before_the_rate()
    {
        _size = (24, 40);
        using var item = Start(ProgressKind.Blob, Digest, 419_000_000, 0);
        item.Add(10_500_000);
        PaintAfter(1000);
        Assert.Equal("…456789ab 10.5 MB/419 MB 10.5 MB/s 39s", _screen.ToString());
    }

    [Fact]
    public void Without_a_total_there_are_bytes_and_rate()
    {
        using var item = Start(ProgressKind.Layer, "", null, 0);
        item.Add(1_999_950);
        PaintAfter(1000);
        Assert.Equal("Committing layer" + "2 MB  2 MB/s".PadLeft(79 - 16), _screen.ToString());
    }

    [Theory]
    [InlineData(400, "6s left")]
    [InlineData(6000, "1m58s left")]
    [InlineData(400_000, "2h13m left")]
    [InlineData(long.MaxValue / 1_000_000, "days left")]
    public void The_time_that_is_left_is_told_for_any_size_that_a_source_claims(long megabytes, string left)
    {
        using var item = Start(ProgressKind.Blob, Digest, megabytes * 1_000_000, 0);
        item.Add(100_000_000);
        PaintAfter(2000);
        Assert.EndsWith(left, _screen.ToString());
    }

    [Fact]
    public void The_rate_is_that_of_the_last_seconds()
    {
        using var item = Start(ProgressKind.Files, "big", null, 0);
        for (var second = 0; second < 10; second++)
        {
            item.Add(second < 5 ? 100_000_000 : 1_000_000);
            PaintAfter(1000);
        }

        Assert.EndsWith("505 MB  1 MB/s", _screen.ToString());
    }

    [Fact]
    public void What_is_written_meanwhile_stays_above_and_nothing_is_left_at_the_end()
    {
        var error = _progress.Around(Surroundings()).Error;
        using (Start(ProgressKind.Files, "one", null, 500))
        {
            error.WriteLine("a warning");
            Assert.StartsWith("a warning\nCopying one ", _screen.ToString());
            using (ProgressItem.Start(_progress, ProgressKind.Files, "two"))
            {
                PaintAfter(100);
                Assert.Equal(["a warning", "Copying one", "Copying two"], _screen.ToString().Split('\n').Select(line => line.Split("  ")[0]));
            }

            PaintAfter(100);
            Assert.Equal(["a warning", "Copying one"], _screen.ToString().Split('\n').Select(line => line.Split("  ")[0]));
            error.WriteLine("another");
        }

        PaintAfter(100);
        Assert.Equal("a warning\nanother", _screen.ToString());
    }

    [Fact]
    public void A_pause_between_two_layers_does_not_start_the_waiting_again()
    {
        Start(ProgressKind.Blob, Digest, 100, 500).Dispose();
        PaintAfter(100);
        Assert.Equal("", _screen.ToString());
        using var second = ProgressItem.Start(_progress, ProgressKind.Blob, Digest, 100);
        PaintAfter(1);
        Assert.StartsWith("Copying blob", _screen.ToString());
    }

    [Fact]
    public void Each_change_is_one_write_that_leaves_the_terminal_as_it_was()
    {
        using var item = Start(ProgressKind.Files, "one", null, 500);
        var writes = _screen.Writes;
        PaintAfter(100);
        Assert.Equal(writes + 1, _screen.Writes);
        Assert.True(_screen.Wraps);
    }

    [Fact]
    public void More_items_than_rows_are_counted()
    {
        _size = (6, 80);
        var items = Enumerable.Range(0, 9).Select(number => ProgressItem.Start(_progress, ProgressKind.Files, $"file{number}")!).ToList();
        PaintAfter(400);
        Assert.Equal(["Copying file0", "Copying file1", "Copying file2", "and 6 more"], _screen.ToString().Split('\n').Select(line => line.Split("  ")[0]));
        items.ForEach(item => item.Dispose());
    }

    [Fact]
    public void A_name_cannot_control_the_terminal()
    {
        using var item = Start(ProgressKind.Files, "a\e[2Jb\nc\u202Ed", null, 500);
        Assert.StartsWith("Copying a?[2Jb?c?d ", _screen.ToString());
    }

    [Fact]
    public void A_long_name_keeps_its_end()
    {
        _size = (24, 40);
        using var item = Start(ProgressKind.Files, "/a/very/long/path/to/some/file.bin", 1000, 500);
        Assert.Equal("…long/path/to/some/file.bin 0 B / 1 KB", _screen.ToString());
    }

    [Fact]
    public void After_the_window_became_narrower_the_wrapped_lines_are_removed()
    {
        using var item = Start(ProgressKind.Files, "one", null, 500);
        _size = (24, 40);
        using var raw = new StringWriter();
        var area = new LiveArea(raw, () => _size);
        area.Draw([new string('x', 39)]);
        _size = (24, 20);
        raw.GetStringBuilder().Clear();
        area.Draw(["y"]);
        Assert.Equal("\e[?7l\r\e[2A\e[K\n\e[K\n\e[2Ay\e[K\n\e[?7h", raw.ToString());
    }

    private ProgressItem Start(ProgressKind kind, string name, long? total, int milliseconds)
    {
        var item = ProgressItem.Start(_progress, kind, name, total)!;
        if (milliseconds == 0)
        {
            // The first sample of the rate; nothing is drawn yet.
            _progress.Paint();
        }
        else
        {
            PaintAfter(milliseconds);
        }

        return item;
    }

    private void PaintAfter(int milliseconds)
    {
        _clock.Now += TimeSpan.FromMilliseconds(milliseconds);
        _progress.Paint();
    }

    private static BuildSharp.Cli.Surroundings Surroundings() => new()
    {
        Program = "buildsharp",
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        OpenInput = () => Stream.Null,
        Environment = new Dictionary<string, string>(),
        WorkingDirectory = "/",
        Clock = TimeProvider.System,
    };
}
