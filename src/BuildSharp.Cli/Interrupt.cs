using System.Runtime.InteropServices;
using BuildSharp.Linux;

namespace BuildSharp.Cli;

/// <summary>Handles SIGINT, SIGTERM and SIGHUP: the first one cancels the verb so that it can clean up, the second kills the
/// process.</summary>
/// <remarks>Handlers are installed by the first use of <see cref="Token"/>; until then signals keep their default action. A signal that the
/// caller ignores, as nohup does, stays ignored.</remarks>
internal sealed class Interrupt : IDisposable
{
    private static readonly (PosixSignal Kind, int Number)[] Obeyed =
        [(PosixSignal.SIGINT, Signals.Interrupt), (PosixSignal.SIGTERM, Signals.Terminate), (PosixSignal.SIGHUP, Signals.Hangup)];

    private readonly CancellationTokenSource _source = new();
    private PosixSignalRegistration[]? _registrations;

    /// <summary>Exit status after a cancelled verb: 128 plus the signal number, as in shells.</summary>
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
        // Not setting Cancel leaves the default action, which ends the process.
        if (_source.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        ExitStatus = 128 + number;
        _source.Cancel();
    }
}
