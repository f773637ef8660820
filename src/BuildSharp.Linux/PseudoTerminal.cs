using BuildSharp.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>A pseudo terminal for a program; streams of this process are its keyboard and its screen.</summary>
public sealed unsafe class PseudoTerminal : IDisposable
{
    /// <summary>Ctrl-D: end of input for a program that reads lines from a terminal.</summary>
    private const byte EndOfTransmission = 4;

    private const int BufferSize = 4096;

    private readonly SafeFileHandle _keyboard;
    private readonly SafeFileHandle _stop;
    private Thread? _typist;
    private Thread? _screen;

    private PseudoTerminal(SafeFileHandle keyboard, SafeFileHandle programEnd, SafeFileHandle stop) =>
        (_keyboard, ProgramEnd, _stop) = (keyboard, programEnd, stop);

    /// <summary>The terminal for the program.</summary>
    public SafeFileHandle ProgramEnd { get; }

    /// <summary>Creates a pseudo terminal in raw mode, for a program that puts another terminal behind it. A container runtime does so, and
    /// would set raw mode here only after the first bytes may have arrived.</summary>
    /// <exception cref="LinuxException">The machine has no free pseudo terminal, or no /dev/ptmx.</exception>
    public static PseudoTerminal OpenRaw()
    {
        var terminal = Open("/dev/ptmx");
        termios attributes;
        Check(tcgetattr(FileDescriptor.Number(terminal.ProgramEnd), &attributes), "tcgetattr");
        cfmakeraw(&attributes);
        Check(tcsetattr(FileDescriptor.Number(terminal.ProgramEnd), (int)TCSANOW, &attributes), "tcsetattr");
        return terminal;
    }

    /// <summary>Creates a pseudo terminal that ends lines of output as they are written: the terminal behind it, if there is one, adds
    /// carriage returns, and a file needs none. Container runtimes do the same.</summary>
    /// <param name="multiplexer">Path of the file <c>ptmx</c> of a devpts file system.</param>
    /// <exception cref="LinuxException">There is no free pseudo terminal, or no such file.</exception>
    public static PseudoTerminal Open(string multiplexer)
    {
        SafeFileHandle? keyboard = null, programEnd = null;
        try
        {
            using (var native = new NativePath(multiplexer, stackalloc byte[NativePath.StackSize]))
            {
                fixed (byte* path = native)
                {
                    keyboard = Owned(Libc.OpenAt(AT_FDCWD, path, O_RDWR | O_NOCTTY | O_NONBLOCK, 0), "open");
                }
            }

            var unlocked = 0;
            Check(ioctl(FileDescriptor.Number(keyboard), TIOCSPTLCK, &unlocked), "ioctl");
            programEnd = Owned(
                ioctl(
                    FileDescriptor.Number(keyboard), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC),
                "ioctl");
            termios attributes;
            Check(tcgetattr(FileDescriptor.Number(programEnd), &attributes), "tcgetattr");
            attributes.c_oflag &= ~ONLCR;
            Check(tcsetattr(FileDescriptor.Number(programEnd), (int)TCSANOW, &attributes), "tcsetattr");
            return new PseudoTerminal(keyboard, programEnd, Owned(eventfd(0, EFD_CLOEXEC), "eventfd"));
        }
        catch
        {
            programEnd?.Dispose();
            keyboard?.Dispose();
            throw;
        }
    }

    /// <summary>Sets the size in characters.</summary>
    public void Resize(int rows, int columns)
    {
        var size = new winsize { ws_row = (ushort)rows, ws_col = (ushort)columns };
        Check(ioctl(FileDescriptor.Number(_keyboard), (int)TIOCSWINSZ, &size), "ioctl");
    }

    /// <summary>Starts to copy what the program writes to <paramref name="output"/>. Close <see cref="ProgramEnd"/> once the program has
    /// it; then the copy ends with the last program that has the terminal.</summary>
    /// <param name="output">The output, not closed here; null to drop it.</param>
    public void Show(SafeFileHandle? output)
    {
        _screen = new Thread(() => ShowAll(output)) { IsBackground = true, Name = "terminal output" };
        _screen.Start();
    }

    /// <summary>Waits until everything is shown.</summary>
    public void WaitUntilShown() => _screen?.Join();

    /// <summary>Starts to copy <paramref name="input"/> to the terminal, with Ctrl-D at its end, until the terminal is disposed.</summary>
    /// <param name="input">The input, not closed here; null for an empty one.</param>
    public void Type(SafeFileHandle? input)
    {
        _typist = new Thread(() => TypeAll(input)) { IsBackground = true, Name = "terminal input" };
        _typist.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        FileDescriptor.Write(_stop, BitConverter.GetBytes(1UL));
        _typist?.Join();
        _screen?.Join();
        ProgramEnd.Dispose();
        _keyboard.Dispose();
        _stop.Dispose();
    }

    private static SafeFileHandle Owned(int descriptor, string call) =>
        descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LinuxException.Last(call, "/dev/ptmx");

    private static void Check(int result, string call)
    {
        if (result != 0)
        {
            throw LinuxException.Last(call, "/dev/ptmx");
        }
    }

    private void TypeAll(SafeFileHandle? input)
    {
        var buffer = stackalloc byte[BufferSize];
        var (pending, done, hasEnded) = (0, 0, false);
        var last = (byte)'\n';
        while (!hasEnded || done < pending)
        {
            var hasText = done < pending;
            if (!hasText && input is not null && !WaitFor(FileDescriptor.Number(input), POLLIN))
            {
                return;
            }

            if (!hasText)
            {
                var got = input is null ? 0 : (long)read(FileDescriptor.Number(input), buffer, BufferSize);
                if (got < 0 && LastError is Errno.EINTR or Errno.EAGAIN)
                {
                    continue;
                }

                // A read error ends the input too.
                hasEnded = got <= 0;
                (pending, done) = hasEnded ? (End(buffer, last), 0) : ((int)got, 0);
                last = buffer[pending - 1];
                continue;
            }

            if (!WaitFor(FileDescriptor.Number(_keyboard), POLLOUT))
            {
                return;
            }

            long written = write(FileDescriptor.Number(_keyboard), buffer + done, pending - done);
            if (written < 0 && LastError is not (Errno.EINTR or Errno.EAGAIN))
            {
                return; // the program has ended
            }

            done += (int)Math.Max(written, 0);
        }
    }

    private void ShowAll(SafeFileHandle? output)
    {
        var buffer = stackalloc byte[BufferSize];
        while (WaitFor(FileDescriptor.Number(_keyboard), POLLIN))
        {
            var got = (long)read(FileDescriptor.Number(_keyboard), buffer, BufferSize);
            if (got < 0 && LastError is Errno.EINTR or Errno.EAGAIN)
            {
                continue;
            }

            if (got <= 0)
            {
                return; // EIO: nobody has the terminal any more
            }

            try
            {
                if (output is not null)
                {
                    FileDescriptor.Write(output, new ReadOnlySpan<byte>(buffer, (int)got));
                }
            }
            catch (LinuxException)
            {
                output = null; // the reader has gone; the program may go on
            }
        }
    }

    // Within a line, the first Ctrl-D submits the text typed so far, and only a second one means end of input.
    private static int End(byte* buffer, byte last)
    {
        buffer[0] = buffer[1] = EndOfTransmission;
        return last == '\n' ? 1 : 2;
    }

    /// <returns>False when the terminal is being disposed.</returns>
    private bool WaitFor(int descriptor, short wanted)
    {
        var entries = stackalloc pollfd[2];
        entries[0] = new pollfd { fd = FileDescriptor.Number(_stop), events = POLLIN };
        entries[1] = new pollfd { fd = descriptor, events = wanted };
        while (Libc.poll(entries, 2, -1) < 0 && LastError == Errno.EINTR)
        {
        }

        return entries[0].revents == 0;
    }
}
