using BuildSharp.Build;
using BuildSharp.Cli.Commands.Building.Reporting;
using BuildSharp.Cli.Output;
using BuildSharp.Linux;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>The output streams of a build whose stages write at the same time: each text, and each line of a command, is written as a
/// whole.</summary>
internal sealed class SharedOutput
{
    private readonly Lock _gate = new();

    /// <param name="call">The command line, with the streams to share.</param>
    public SharedOutput(Invocation call)
    {
        var before = call.Surroundings;
        var error = new WholeTextWriter(before.Error, _gate);
        Invocation = call with { Surroundings = before with { Out = new WholeTextWriter(before.Out, _gate), Error = error, Log = before.Log.On(error) } };
    }

    /// <summary>The command line, with streams that may be written to by several tasks.</summary>
    public Invocation Invocation { get; }

    /// <summary>Takes the output of commands.</summary>
    /// <param name="quiet">Whether standard output is dropped.</param>
    /// <param name="label">Gives what is put before each line; null when commands of one stage only write, whose bytes are passed on as they
    /// come.</param>
    /// <param name="recorder">Receives the last lines of each command; null for nobody.</param>
    /// <returns>Null when commands can write to our streams themselves: one stage only writes, and what it wrote last stands right above the
    /// error.</returns>
    public ICommandOutputs? ForCommands(bool quiet, Func<StagePlace, string>? label, BuildRecorder? recorder)
    {
        // One pipe keeps the order of what a command writes to both.
        var isOne = !quiet && Stdout.Opened(1) is { } output && Stderr.Opened(2) is { } error && FileDescriptor.AreSame(output, error);
        var isAbove = label is null && isOne && (Invocation.Surroundings.DrawsSteps || Stderr.File is null);
        return isAbove && recorder is null ? null : new CommandOutputs(this, quiet, isOne, isAbove, label, recorder);
    }

    private ChildStream Stdout => Invocation.Surroundings.CommandOutput;

    private ChildStream Stderr => Invocation.Surroundings.CommandError;

    private OutputPipe.ByteSink SinkOf(ChildStream target, int descriptor, string? label)
    {
        // A failing write to standard output fails the build at the next line of our own, so it needs no name here.
        var stream = new StandardStream(target.Opened(descriptor)!, name: null);
        if (label is not null)
        {
            return new LabelledLines(stream, label, _gate).Write;
        }

        return bytes =>
        {
            lock (_gate)
            {
                stream.Write(bytes);
            }
        };
    }

    private sealed class CommandOutputs(SharedOutput shared, bool quiet, bool isOne, bool isAbove, Func<StagePlace, string>? label, BuildRecorder? recorder)
        : ICommandOutputs
    {
        public ICommandOutput Open(StagePlace place, bool seesSecret) =>
            new CommandOutput(shared, quiet, isOne, isAbove, label?.Invoke(place), lines => recorder?.NoteOutput(place, lines, seesSecret));
    }

    private sealed class CommandOutput : ICommandOutput
    {
        private readonly LastLines _last = new();
        private readonly OutputPipe? _stdout;
        private readonly OutputPipe _stderr;
        private readonly bool _isAbove;
        private readonly Action<IReadOnlyList<string>> _record;

        public CommandOutput(SharedOutput shared, bool quiet, bool isOne, bool isAbove, string? label, Action<IReadOnlyList<string>> record)
        {
            (_isAbove, _record) = (isAbove, record);
            _stderr = new OutputPipe(_last.Follow(shared.SinkOf(shared.Stderr, 2, label)));
            _stdout = isOne ? null : new OutputPipe(_last.Follow(quiet ? null : shared.SinkOf(shared.Stdout, 1, label)));
        }

        public ChildStream Stdout => (_stdout ?? _stderr).Input;

        public ChildStream Stderr => _stderr.Input;

        public async Task<IReadOnlyList<string>> EndAsync()
        {
            await _stderr.EndAsync().ConfigureAwait(false);
            await (_stdout?.EndAsync() ?? Task.CompletedTask).ConfigureAwait(false);
            var lines = _last.Read();
            _record(lines);
            return _isAbove ? [] : lines;
        }

        public void Dispose()
        {
            _stderr.Dispose();
            _stdout?.Dispose();
        }
    }
}
