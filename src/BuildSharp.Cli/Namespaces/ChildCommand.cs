using System.Runtime.InteropServices;
using BuildSharp.Linux;

namespace BuildSharp.Cli.Namespaces;

/// <summary>Stands before a child process that has our terminal: passes on its signals and its exit status.</summary>
internal static class ChildCommand
{
    private static readonly (PosixSignal Kind, int Number)[] PassedOn =
    [
        (PosixSignal.SIGTERM, Signals.Terminate), (PosixSignal.SIGINT, Signals.Interrupt), (PosixSignal.SIGQUIT, Signals.Quit),
        (PosixSignal.SIGHUP, Signals.Hangup),
    ];

    /// <summary>Starts the process and waits for its end.</summary>
    /// <param name="start">Starts it. A signal that comes meanwhile is passed on afterwards.</param>
    /// <returns>Its exit status, or 128 + n after signal n.</returns>
    public static int Run(Func<ChildProcess> start)
    {
        var started = new TaskCompletionSource<ChildProcess?>();
        var registrations = PassedOn.Where(signal => !Signals.IsIgnored(signal.Number))
            .Select(signal => PosixSignalRegistration.Create(signal.Kind, context => PassOn(context, signal.Number, started.Task))).ToList();
        try
        {
            var child = start();
            started.SetResult(child);
            return child.Ended.GetAwaiter().GetResult();
        }
        finally
        {
            started.TrySetResult(null);
            registrations.ForEach(registration => registration.Dispose());
        }
    }

    // Ctrl-C reaches all processes of the terminal's foreground job. Twice in the child, it would count as the second one, which ends a verb
    // without tidying up.
    private static void PassOn(PosixSignalContext context, int signal, Task<ChildProcess?> started)
    {
        context.Cancel = true;
        if (signal == Signals.Terminate || !Terminal.IsInForeground())
        {
            started.GetAwaiter().GetResult()?.Signal(signal);
        }
    }
}
