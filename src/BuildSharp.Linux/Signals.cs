namespace BuildSharp.Linux;

/// <summary>Numbers of signals, and sending them (signal(7)).</summary>
public static class Signals
{
    /// <summary>SIGHUP.</summary>
    public const int Hangup = 1;

    /// <summary>SIGINT, sent by Ctrl-C.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGQUIT.</summary>
    public const int Quit = 3;

    /// <summary>SIGKILL, which cannot be caught.</summary>
    public const int Kill = 9;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    /// <summary>Whether this process ignores a signal. Such a signal must not be handled, because the parent process (nohup) wants it
    /// ignored.</summary>
    public static unsafe bool IsIgnored(int signal)
    {
        sigaction action;
        return sigaction(signal, null, &action) == 0 ? action.sa_handler == SIG_IGN : throw LinuxException.Last("sigaction");
    }

    /// <summary>The terminating signals that this process was started to ignore; a child process ignores them, too.</summary>
    internal static IEnumerable<int> KeptIgnored() => ((int[])[Hangup, Interrupt, Quit, Terminate]).Where(IsIgnored);

    /// <summary>Sends a signal; false when the process does not exist.</summary>
    /// <exception cref="LinuxException">This process may not send it.</exception>
    public static bool Send(int process, int signal) =>
        kill(process, signal) == 0 ? true
        : LastError == Errno.ESRCH ? false
        : throw LinuxException.Last("kill", process.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
