namespace BuildSharp.Linux;

/// <summary>A terminal that does not show what is typed, for passwords. Disposing restores it.</summary>
public sealed unsafe class HiddenInput : IDisposable
{
    private readonly int _descriptor;
    private readonly termios _before;

    /// <summary>Hides what is typed from now on.</summary>
    /// <param name="descriptor">An open terminal.</param>
    /// <exception cref="LinuxException">The descriptor is no terminal.</exception>
    public HiddenInput(int descriptor)
    {
        _descriptor = descriptor;
        termios attributes;
        if (tcgetattr(descriptor, &attributes) != 0)
        {
            throw LinuxException.Last("tcgetattr");
        }

        _before = attributes;
        attributes.c_lflag &= ~ECHO;
        Set(attributes);
    }

    /// <inheritdoc/>
    public void Dispose() => Set(_before);

    private void Set(termios attributes)
    {
        if (tcsetattr(_descriptor, (int)TCSANOW, &attributes) != 0)
        {
            throw LinuxException.Last("tcsetattr");
        }
    }
}
