using System.Runtime.InteropServices;

namespace BuildSharp.Linux;

/// <summary>A terminal that passes on every key as typed, for a program behind another terminal. Disposing restores it, and so do signals
/// that end this process without disposing. What is written to it is shown as usual.</summary>
public sealed unsafe class RawTerminal : IDisposable
{
    private readonly int _descriptor;
    private readonly termios _before;
    private readonly PosixSignalRegistration _quit;

    /// <summary>Passes on every key from now on.</summary>
    /// <param name="descriptor">An open terminal.</param>
    /// <exception cref="LinuxException">The descriptor is no terminal.</exception>
    public RawTerminal(int descriptor)
    {
        _descriptor = descriptor;
        termios attributes;
        if (tcgetattr(descriptor, &attributes) != 0)
        {
            throw LinuxException.Last("tcgetattr");
        }

        _before = attributes;
        Interop.Libc.cfmakeraw(&attributes);
        attributes.c_oflag |= OPOST;

        // Callers handle the other signals that end a process.
        _quit = PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => Restore());
        Set(attributes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Restore();
        _quit.Dispose();
    }

    private void Restore() => Set(_before);

    // A terminal that has been closed meanwhile needs no restoring.
    private void Set(termios attributes)
    {
        if (tcsetattr(_descriptor, (int)TCSANOW, &attributes) != 0 && LastError is not (Errno.EIO or Errno.ENOTTY))
        {
            throw LinuxException.Last("tcsetattr");
        }
    }
}
