using BuildSharp.Build;
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
    /// <returns>Null when commands can write to our streams themselves: one stage only writes, and what it wrote last stands right above the
    /// error.</returns>
    public ICommandOutputs? ForCommands(bool quiet, Func<StagePlace, string>? label)
    {
        // One pipe keeps the order of what a command writes to both.
        var isOne = !quiet && Stdout.Opened(1) is { } output && Stderr.Opened(2) is { } error && FileDescriptor.AreSame(output, error);
        var isAbove = isOne && (Invocation.Surroundings.DrawsSteps || Stderr.File is null);
        return label is null && isAbove ? null : new CommandOutputs(this, quiet, isOne, label);
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

    private sealed class CommandOutputs(SharedOutput shared, bool quiet, bool isOne, Func<StagePlace, string>? label) : ICommandOutputs
    {
        public ICommandOutput Open(StagePlace place) => new CommandOutput(shared, quiet, isOne, label?.Invoke(place));
    }

    private sealed class CommandOutput : ICommandOutput
    {
        private readonly LastLines _last = new();
        private readonly OutputPipe? _stdout;
        private readonly OutputPipe _stderr;

        public CommandOutput(SharedOutput shared, bool quiet, bool isOne, string? label)
        {
            _stderr = new OutputPipe(_last.Follow(shared.SinkOf(shared.Stderr, 2, label)));
            _stdout = isOne ? null : new OutputPipe(_last.Follow(quiet ? null : shared.SinkOf(shared.Stdout, 1, label)));
        }

        public ChildStream Stdout => (_stdout ?? _stderr).Input;

        public ChildStream Stderr => _stderr.Input;

        public async Task<IReadOnlyList<string>> EndAsync()
        {
            await _stderr.EndAsync().ConfigureAwait(false);
            await (_stdout?.EndAsync() ?? Task.CompletedTask).ConfigureAwait(false);
            return _last.Read();
        }

        public void Dispose()
        {
            _stderr.Dispose();
            _stdout?.Dispose();
        }
    }
}
