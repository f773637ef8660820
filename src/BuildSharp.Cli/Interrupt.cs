using System.Runtime.InteropServices;

namespace BuildSharp.Cli;

/// <summary>Ctrl-C and a request to end: the first asks the verb to stop and clean up, the second kills.</summary>
/// <remarks>Listening begins with the first use of <see cref="Token"/>; verbs that never wait leave the signals as they are.</remarks>
internal sealed class Interrupt : IDisposable
{
    private const int InterruptNumber = 2;
    private const int TerminateNumber = 15;
    private readonly CancellationTokenSource _source = new();
    private PosixSignalRegistration[]? _registrations;

    /// <summary>What to exit with once the verb has stopped: 128 and the number of the signal that asked, as shells count it.</summary>
    public int ExitStatus { get; private set; } = 128 + InterruptNumber;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token
    {
        get
        {
            _registrations ??= [PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask)];
            return _source.Token;
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations ?? [])
            registration.Dispose();

        _source.Dispose();
    }

    private void Ask(PosixSignalContext context)
    {
        // Left alone, the signal does what it does to any process; so the second one ends this one at once.
        if (_source.IsCancellationRequested)
            return;

        context.Cancel = true;
        ExitStatus = 128 + (context.Signal == PosixSignal.SIGTERM ? TerminateNumber : InterruptNumber);
        _source.Cancel();
    }
}
