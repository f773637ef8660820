using System.Runtime.InteropServices;
using BuildSharp.Linux;

namespace BuildSharp.Cli;

/// <summary>Ctrl-C, a request to end and the end of the terminal: the first asks the verb to stop and clean up, the second kills.</summary>
/// <remarks>Listening begins with the first use of <see cref="Token"/>; verbs that never wait leave the signals as they are. A signal that
/// our caller ignores, as nohup does, stays ignored.</remarks>
internal sealed class Interrupt : IDisposable
{
    private static readonly (PosixSignal Kind, int Number)[] Obeyed =
        [(PosixSignal.SIGINT, Signals.Interrupt), (PosixSignal.SIGTERM, Signals.Terminate), (PosixSignal.SIGHUP, Signals.Hangup)];

    private readonly CancellationTokenSource _source = new();
    private PosixSignalRegistration[]? _registrations;

    /// <summary>What to exit with once the verb has stopped: 128 and the number of the signal that asked, as shells count it.</summary>
    public int ExitStatus { get; private set; } = 128 + Signals.Interrupt;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token
    {
        get
        {
            _registrations ??=
            [
                .. Obeyed.Where(signal => !Signals.IsIgnored(signal.Number))
                    .Select(signal => PosixSignalRegistration.Create(signal.Kind, context => Ask(context, signal.Number))),
            ];
            return _source.Token;
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations ?? [])
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Ask(PosixSignalContext context, int number)
    {
        // Left alone, the signal does what it does to any process; so the second one ends this one at once.
        if (_source.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        ExitStatus = 128 + number;
        _source.Cancel();
    }
}
