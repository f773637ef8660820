using System.Runtime.InteropServices;
using BuildSharp.Linux;

namespace BuildSharp.Running.Runtimes;

/// <summary>Handles INT, TERM and HUP while a command runs: forwards the first to the command and kills it a second later if it still runs;
/// the second signal kills it at once. Cancellation counts as TERM.</summary>
internal sealed class SignalForwarding : IDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Delivery = TimeSpan.FromMilliseconds(200);

    private readonly List<IDisposable> _registrations = [];
    private readonly TaskCompletionSource<int> _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _insisted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _keyboardReachesCommand;

    /// <summary>Installs the handlers.</summary>
    /// <param name="cancellation">Ends the command like TERM.</param>
    /// <param name="keyboardReachesCommand">Whether the runtime is in our process group, so that the terminal sends Ctrl-C to it
    /// directly.</param>
    public SignalForwarding(CancellationToken cancellation, bool keyboardReachesCommand)
    {
        _keyboardReachesCommand = keyboardReachesCommand;
        Listen(PosixSignal.SIGINT, Signals.Interrupt);
        Listen(PosixSignal.SIGTERM, Signals.Terminate);
        Listen(PosixSignal.SIGHUP, Signals.Hangup);

        // When the caller turns Ctrl-C into a cancellation, both arrive here; the cancellation must not count as a second signal.
        _registrations.Add(cancellation.Register(() => _asked.TrySetResult(Signals.Terminate)));
    }

    /// <summary>The signal that asked the command to end; null when there was none.</summary>
    public int? Asked => _asked.Task.IsCompletedSuccessfully ? _asked.Task.Result : null;

    /// <summary>Whether the command had to be killed because the signal did not end it.</summary>
    public bool HasKilled { get; private set; }

    /// <summary>Waits briefly for a signal. Ctrl-C goes to the whole process group and may end the runtime before our handler
    /// runs.</summary>
    public Task ListenOnAsync() => Task.WhenAny(_asked.Task, Task.Delay(Delivery));

    /// <summary>Waits for the runtime to end, and forwards signals.</summary>
    /// <param name="process">The runtime.</param>
    /// <param name="isAlone">As in <see cref="RunRequest.IsAlone"/>.</param>
    /// <param name="kill">Kills the command.</param>
    public async Task<int> WatchAsync(ChildProcess process, bool isAlone, Func<Task> kill)
    {
        if (isAlone)
        {
            Task.WaitAny([process.Ended, _asked.Task], CancellationToken.None);
        }

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
                HasKilled = true;
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
