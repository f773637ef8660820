namespace BuildSharp.Linux;

/// <summary>Sending signals to processes.</summary>
public static class Signals
{
    /// <summary>Hangup.</summary>
    public const int Hangup = 1;

    /// <summary>Interrupt, as Ctrl-C gives.</summary>
    public const int Interrupt = 2;

    /// <summary>Quit.</summary>
    public const int Quit = 3;

    /// <summary>Kill, which cannot be caught.</summary>
    public const int Kill = 9;

    /// <summary>Terminate.</summary>
    public const int Terminate = 15;

    /// <summary>Whether this process ignores a signal. A listener must leave such a signal alone: whoever started us wants it ignored.</summary>
    public static unsafe bool IsIgnored(int signal)
    {
        sigaction action;
        return sigaction(signal, null, &action) == 0 ? action.sa_handler == SIG_IGN : throw LinuxException.Last("sigaction");
    }

    /// <summary>Sends a signal; false when there is no such process.</summary>
    /// <exception cref="LinuxException">It may not be sent.</exception>
    public static bool Send(int process, int signal) =>
        kill(process, signal) == 0 ? true
        : LastError == Errno.ESRCH ? false
        : throw LinuxException.Last("kill", process.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
