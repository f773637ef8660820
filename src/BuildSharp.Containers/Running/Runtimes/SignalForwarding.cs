using System.Runtime.InteropServices;
using BuildSharp.Linux;

namespace BuildSharp.Containers.Running;

/// <summary>While a command runs, INT, TERM and HUP are the command's: the first is handed on and, if that does not end it within a
/// second, followed by a kill; the second kills at once. Cancelling counts as a TERM.</summary>
internal sealed class SignalForwarding : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Delivery = TimeSpan.FromMilliseconds(200);

    private readonly List<IDisposable> _registrations = [];
    private readonly TaskCompletionSource<int> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _insisted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _keyboardReachesCommand;

    /// <summary>Begins to listen.</summary>
    /// <param name="cancellation">Ends the command as TERM does.</param>
    /// <param name="keyboardReachesCommand">Whether Ctrl-C at the terminal reaches the runtime without us, being in our process group.</param>
    public SignalForwarding(CancellationToken cancellation, bool keyboardReachesCommand)
    {
        _keyboardReachesCommand = keyboardReachesCommand;
        Listen(PosixSignal.SIGINT, Signals.Interrupt);
        Listen(PosixSignal.SIGTERM, Signals.Terminate);
        Listen(PosixSignal.SIGHUP, Signals.Hangup);

        // A caller who turns Ctrl-C into cancelling must not make two requests of one.
        _registrations.Add(cancellation.Register(() => _asked.TrySetResult(Signals.Terminate)));
    }

    /// <summary>The signal that has asked the command to end; null when none has.</summary>
    public int? Asked => _asked.Task.IsCompletedSuccessfully ? _asked.Task.Result : null;

    /// <summary>Waits a moment for a signal. One that is sent to a whole process group, as Ctrl-C is, may end the runtime before our own
    /// listener has heard of it.</summary>
    public Task ListenOnAsync() => Task.WhenAny(_asked.Task, Task.Delay(Delivery));

    /// <summary>Waits for the end of the runtime and hands on what arrives meanwhile.</summary>
    /// <param name="process">The runtime.</param>
    /// <param name="kill">Ends the command for good.</param>
    public async Task<int> WatchAsync(ChildProcess process, Func<Task> kill)
    {
        if (await Task.WhenAny(process.Ended, _asked.Task).ConfigureAwait(false) == _asked.Task)
        {
            var signal = await _asked.Task.ConfigureAwait(false);
            if (signal != Signals.Interrupt || !_keyboardReachesCommand)
            {
                process.Signal(signal);
            }

            await Task.WhenAny(process.Ended, _insisted.Task, Task.Delay(Grace)).ConfigureAwait(false);
            if (!process.Ended.IsCompleted)
            {
                await kill().ConfigureAwait(false);
            }
        }

        return await process.Ended.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void Listen(PosixSignal kind, int number)
    {
        if (Signals.IsIgnored(number))
        {
            return;
        }

        _registrations.Add(PosixSignalRegistration.Create(kind, context =>
        {
            context.Cancel = true;
            if (!_asked.TrySetResult(number))
            {
                _insisted.TrySetResult();
            }
        }));
    }
}
