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

    /// <summary>Takes the output of commands, and puts the stage before each line.</summary>
    /// <param name="quiet">Whether standard output is dropped.</param>
    /// <param name="label">Gives what is put before each line.</param>
    public ICommandOutputs ForCommands(bool quiet, Func<StagePlace, string> label) => new CommandOutputs(this, quiet, label);

    private sealed class CommandOutputs(SharedOutput shared, bool quiet, Func<StagePlace, string> label) : ICommandOutputs
    {
        // One pipe keeps the order of what a command writes to both.
        private readonly bool _isOne = !quiet && Stdout(shared).Opened(1) is { } output && Stderr(shared).Opened(2) is { } error && FileDescriptor.AreSame(output, error);

        public ICommandOutput Open(StagePlace place) => new CommandOutput(shared, quiet, _isOne, label(place));
    }

    private sealed class CommandOutput : ICommandOutput
    {
        private readonly OutputPipe? _stdout;
        private readonly OutputPipe _stderr;

        public CommandOutput(SharedOutput shared, bool quiet, bool isOne, string label)
        {
            _stderr = shared.Open(SharedOutput.Stderr(shared), 2, label);
            _stdout = quiet || isOne ? null : shared.Open(SharedOutput.Stdout(shared), 1, label);
            Stdout = quiet ? ChildStream.Null : (_stdout ?? _stderr).Input;
        }

        public ChildStream Stdout { get; }

        public ChildStream Stderr => _stderr.Input;

        public async Task EndAsync()
        {
            await _stderr.EndAsync().ConfigureAwait(false);
            await (_stdout?.EndAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        }

        public void Dispose()
        {
            _stderr.Dispose();
            _stdout?.Dispose();
        }
    }

    private static ChildStream Stdout(SharedOutput shared) => shared.Invocation.Surroundings.CommandOutput;

    private static ChildStream Stderr(SharedOutput shared) => shared.Invocation.Surroundings.CommandError;

    private OutputPipe Open(ChildStream target, int descriptor, string label)
    {
        // A failing write to standard output fails the build at the next line of our own, so it needs no name here.
        var lines = new LabelledLines(new StandardStream(target.Opened(descriptor)!, name: null), label, _gate);
        return new OutputPipe(lines.Write);
    }
}
