using BuildSharp.Cli.Flags;
using BuildSharp.Oci;
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
    private readonly Ticker? _ticker;
    private readonly Lock _lock = new();
    private readonly List<Work> _works = [];
    private TimeSpan _busySince;
    private TimeSpan? _idleSince;

    /// <param name="terminal">Writes to the terminal.</param>
    /// <param name="size">Its present size; null when unknown.</param>
    /// <param name="clock">Measures rates.</param>
    /// <param name="paints">Whether a thread draws; a test draws by <see cref="Paint"/>.</param>
    internal TerminalProgress(TextWriter terminal, Func<(int Rows, int Columns)?> size, TimeProvider clock, bool paints = true)
    {
        _area = new LiveArea(terminal, size);
        _error = new AreaWriter(_area, terminal.Encoding);
        _clock = clock;
        _opened = clock.GetTimestamp();
        _ticker = paints ? new Ticker(Interval, Paint) : null;
    }

    private TimeSpan Now => _clock.GetElapsedTime(_opened);

    /// <summary>The display for a command; null when its progress is not drawn.</summary>
    /// <exception cref="BuildSharpException">It must be drawn, and standard error is no terminal.</exception>
    public static TerminalProgress? TryOpen(FlagValues flags, Surroundings surroundings)
    {
        var mode = ProgressFlags.Mode(flags);
        if (mode == ProgressMode.Terminal && !surroundings.ErrorIsTerminal)
        {
            throw new BuildSharpException("--progress=tty: standard error is not a terminal; without the flag, plain lines are printed");
        }

        var draws = mode == ProgressMode.Terminal || (mode == ProgressMode.Auto && surroundings.ErrorIsTerminal
            && surroundings.Environment.GetValueOrDefault("TERM") is not (null or "" or "dumb"));
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

            _works.Add(new Work(item, Now));
            _ticker?.Start();
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

    /// <summary>Writes text that stays, above the drawing.</summary>
    public void Write(string text) => _area.Write(text);

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
        _ticker?.Dispose();
        _area.Clear();
    }

    /// <summary>An item with what was measured of it last.</summary>
    private sealed class Work(ProgressItem item, TimeSpan started)
    {
        private readonly TransferRate _rate = new();
        private long _bytes;
        private double? _perSecond;
        private TimeSpan _elapsed;

        public ProgressItem Item => item;

        public void Measure(TimeSpan now)
        {
            _elapsed = now - started;
            _bytes = item.Bytes;
            _perSecond = _rate.Add(now, _bytes);
        }

        public string Line(int columns) => item.Kind is ProgressKind.Step or ProgressKind.Wait
            ? ProgressLine.WriteStep(item.Name, _elapsed, columns)
            : ProgressLine.Write(item, _bytes, _perSecond, columns);
    }
}
