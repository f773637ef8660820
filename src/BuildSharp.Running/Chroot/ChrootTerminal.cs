using System.Runtime.InteropServices;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Running.Runtimes;
using BuildSharp.Running.Spec;

namespace BuildSharp.Running.Chroot;

/// <summary>The terminal of a command with isolation <c>chroot</c>: the first of the container's own devpts, with our streams behind it, as
/// a runtime does it.</summary>
/// <param name="bundle">Where the devpts is mounted first, to open the terminal before the command has it.</param>
/// <param name="request">The streams.</param>
internal sealed class ChrootTerminal(Bundle bundle, RunRequest request) : IDisposable
{
    private const string Place = "/dev/pts";

    private readonly string _directory = Directory.CreateDirectory(Path.Combine(bundle.Path, "pts")).FullName;
    private PseudoTerminal? _terminal;
    private RawTerminal? _keyboard;
    private PosixSignalRegistration? _resized;

    /// <summary>Mounts the container's devpts, for the calling thread's mount namespace, and opens its first terminal.</summary>
    /// <param name="spec">The config of the command.</param>
    /// <returns>The descriptor of the command's three streams.</returns>
    /// <exception cref="BuildSharpException">The config has no devpts.</exception>
    public ChildStream Open(RuntimeSpec spec)
    {
        var words = MountWords.Of(Devpts(spec).Options);
        Mount.Attach("devpts", _directory, "devpts", words.Flags, string.Join(',', words.Data));
        _terminal = PseudoTerminal.Open(Path.Combine(_directory, "ptmx"));
        if (spec.Process.ConsoleSize is var (rows, columns))
        {
            _terminal.Resize(rows, columns);
        }

        return ChildStream.To(_terminal.ProgramEnd);
    }

    /// <summary>The config with the opened devpts in its place.</summary>
    /// <exception cref="BuildSharpException">The config has no devpts.</exception>
    public RuntimeSpec Using(RuntimeSpec spec)
    {
        var devpts = Devpts(spec);
        var opened = devpts with { Type = "bind", Source = _directory, Options = ["bind", "nosuid", "noexec"] };
        return spec with { Mounts = [.. spec.Mounts.Select(mount => ReferenceEquals(mount, devpts) ? opened : mount)] };
    }

    /// <summary>Connects the streams. Call this when the command has been started.</summary>
    public void Connect()
    {
        _terminal!.ProgramEnd.Dispose();
        if (request.Stdin.IsTerminal(0) && request.Stdin.Opened(0) is { } keyboard)
        {
            var number = (int)keyboard.DangerousGetHandle();
            _keyboard = new RawTerminal(number);
            _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ =>
            {
                if (Terminal.Size(number) is var (rows, columns))
                {
                    _terminal.Resize(rows, columns);
                }
            });
        }

        _terminal.Show(request.Stdout.Opened(1));
        _terminal.Type(request.Stdin.Opened(0));
    }

    /// <summary>Waits until everything is shown; the command and all its processes have ended.</summary>
    public void End() => _terminal!.WaitUntilShown();

    /// <inheritdoc/>
    public void Dispose()
    {
        _resized?.Dispose();
        _keyboard?.Dispose();
        _terminal?.Dispose();
    }

    private static SpecMount Devpts(RuntimeSpec spec) =>
        spec.Mounts.FirstOrDefault(mount => mount is { Destination: Place, Type: "devpts" })
        ?? throw new BuildSharpException($"--terminal needs {Place}, which another mount replaces");
}
