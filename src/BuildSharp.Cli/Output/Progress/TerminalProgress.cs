using BuildSharp.Cli.Flags;
using BuildSharp.Oci.Reporting;

namespace BuildSharp.Cli.Output.Progress;

/// <summary>Draws the items that are being worked on below the other output of a terminal, a line for each, ten times a second. Work that
/// takes less than 0.3 seconds is not drawn.</summary>
/// <remarks>The thread that draws starts with the first item, so a verb without items pays nothing.</remarks>
internal sealed class TerminalProgress : IProgressSink, IDisposable
{
    /// <summary>How long work goes on before it is drawn.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    // More lines would push what was printed out of the window.
    private const int MostLines = 12;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly LiveArea _area;
    private readonly TimeProvider _clock;
    private readonly AreaWriter _error;
    private readonly long _opened;
    private readonly bool _paints;
    private readonly Lock _lock = new();
    private readonly List<Work> _works = [];
    private readonly ManualResetEvent _end = new(false);
    private TimeSpan _busySince;
    private TimeSpan? _idleSince;
    private Thread? _painter;

    /// <param name="terminal">Writes to the terminal.</param>
    /// <param name="size">Its present size; null when unknown.</param>
    /// <param name="clock">Measures rates.</param>
    /// <param name="paints">Whether a thread draws; a test draws by <see cref="Paint"/>.</param>
    internal TerminalProgress(TextWriter terminal, Func<(int Rows, int Columns)?> size, TimeProvider clock, bool paints = true)
    {
        _paints = paints;
        _area = new LiveArea(terminal, size);
        _error = new AreaWriter(_area, terminal.Encoding);
        _clock = clock;
        _opened = clock.GetTimestamp();
    }

    private TimeSpan Now => _clock.GetElapsedTime(_opened);

    /// <summary>The display for a command; null when standard error is no terminal that can be drawn on, or the command is to be
    /// quiet.</summary>
    public static TerminalProgress? TryOpen(FlagValues flags, Surroundings surroundings)
    {
        var draws = surroundings.ErrorIsTerminal
            && surroundings.Environment.GetValueOrDefault("TERM") is not (null or "" or "dumb")
            && !(flags.Has("quiet") && flags.Bool("quiet"));
        return draws ? new TerminalProgress(surroundings.Error, surroundings.TerminalSize, surroundings.Clock) : null;
    }

    /// <summary>The surroundings with this display, and with a standard error and a log that write above it.</summary>
    public Surroundings Around(Surroundings surroundings) =>
        surroundings with { Error = _error, Log = surroundings.Log.On(_error), Display = this };

    /// <inheritdoc/>
    public void Start(ProgressItem item)
    {
        lock (_lock)
        {
            // A pause between two items, as between two layers of an image, does not make them two pieces of work.
            if (_works.Count == 0 && (_idleSince is not { } idle || Now - idle > Patience))
            {
                _busySince = Now;
            }

            _works.Add(new Work(item));
            if (_paints && _painter is null)
            {
                _painter = new Thread(PaintUntilEnd) { IsBackground = true, Name = "progress" };
                _painter.Start();
            }
        }
    }

    /// <inheritdoc/>
    public void End(ProgressItem item)
    {
        lock (_lock)
        {
            _works.RemoveAll(work => work.Item == item);
            _idleSince = Now;
        }
    }

    /// <summary>Removes the drawing, before another program writes to the terminal.</summary>
    public void Clear() => _area.Clear();

    /// <summary>Draws the present state.</summary>
    internal void Paint()
    {
        lock (_lock)
        {
            _works.ForEach(work => work.Measure(Now));
            if (_works.Count == 0 || Now - _busySince < Patience)
            {
                _area.Clear();
                return;
            }

            var (rows, columns) = _area.Size;
            var most = Math.Clamp(rows - 2, 1, MostLines);
            var lines = _works.Select(work => work.Line(columns)).ToList();
            if (lines.Count > most)
            {
                lines.RemoveRange(most - 1, lines.Count - most + 1);
                lines.Add($"and {_works.Count - most + 1} more");
            }

            _area.Draw(lines);
        }
    }

    /// <summary>Removes the drawing and ends the thread.</summary>
    public void Dispose()
    {
        _end.Set();
        _painter?.Join();
        _end.Dispose();
        _area.Clear();
    }

    private void PaintUntilEnd()
    {
        while (!_end.WaitOne(Interval))
        {
            Paint();
        }
    }

    /// <summary>An item with what was measured of it last.</summary>
    private sealed class Work(ProgressItem item)
    {
        private readonly TransferRate _rate = new();
        private long _bytes;
        private double? _perSecond;

        public ProgressItem Item => item;

        public void Measure(TimeSpan now)
        {
            _bytes = item.Bytes;
            _perSecond = _rate.Add(now, _bytes);
        }

        public string Line(int columns) => ProgressLine.Write(item, _bytes, _perSecond, columns);
    }
}
