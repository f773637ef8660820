using System.Text;
using BuildSharp.Cli.Output;
using BuildSharp.Linux;
using BuildSharp.Oci;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Cli.Commands.Building;

/// <summary><c>build --logfile</c>: a file that takes standard output and standard error, ours and those of RUN commands. The error line of
/// a failing build still goes to standard error.</summary>
internal sealed class BuildLogFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly StreamWriter _writer;

    private BuildLogFile(string path, Invocation call)
    {
        try
        {
            _file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"opening log file: {FileErrorText.Of(error)}", error);
        }

        // RUN commands write to the same open file, so this stream must use the descriptor's position and not keep its own.
        _writer = new StreamWriter(new StandardStream(_file, path), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 4096);
        var before = call.Surroundings;
        Invocation = call with
        {
            Surroundings = before with
            {
                Out = _writer,
                Error = _writer,
                CommandOutput = ChildStream.To(_file),
                CommandError = ChildStream.To(_file),
                OutIsTerminal = false,
                ErrorIsTerminal = false,
                Display = null,
                Log = new Log(_writer, before.Log.Threshold, terminal: false, before.Clock),
            },
        };
    }

    /// <summary>The command line, with the file as its output streams.</summary>
    public Invocation Invocation { get; }

    /// <summary>Creates or truncates the file of <c>--logfile</c>; null when the flag is absent.</summary>
    /// <exception cref="BuildSharpException">The file cannot be created.</exception>
    public static BuildLogFile? Open(Invocation call) =>
        call.Flags.NonEmptyText("logfile") is { } file ? new BuildLogFile(Path.GetFullPath(file, call.Surroundings.WorkingDirectory), call)
        : call.Flags.Bool("logsplit") ? throw new BuildSharpException("cannot use --logsplit without --logfile")
        : null;

    /// <summary>Creates or truncates the log file of one platform; null without <c>--logsplit</c>, when all platforms share one
    /// file.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="all">All platforms of the command; the file name includes the variant when two of them differ only in it.</param>
    /// <param name="call">The command.</param>
    /// <exception cref="BuildSharpException">The file cannot be created.</exception>
    public static BuildLogFile? OpenFor(Platform platform, IReadOnlyList<Platform> all, Invocation call)
    {
        if (!call.Flags.Bool("logsplit"))
        {
            return null;
        }

        var isAlone = all.Count(other => (other.Os, other.Architecture) == (platform.Os, platform.Architecture)) < 2;
        var ending = isAlone ? $"_{platform.Os}_{platform.Architecture}" : $"_{platform.ToString().Replace('/', '_')}";
        return new BuildLogFile(Path.GetFullPath(call.Flags.Text("logfile")!, call.Surroundings.WorkingDirectory) + ending, call);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _file.Dispose();
    }
}
