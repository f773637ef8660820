using System.Text;
using BuildSharp.Cli.Output;
using BuildSharp.Linux;
using BuildSharp.Oci;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Cli.Commands;

/// <summary><c>build --logfile</c>: a file instead of both standard streams, for us and for the commands of RUN. The one line of a failure
/// still goes to standard error.</summary>
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
            throw new BuildSharpException($"opening logfile: {FileErrorText.Of(error)}", error);
        }

        // A stream that keeps no position of its own: commands write to the same open file.
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
                Log = new Log(_writer, before.Log.Threshold, terminal: false, before.Clock),
            },
        };
    }

    /// <summary>The command line, with the file for its streams.</summary>
    public Invocation Invocation { get; }

    /// <summary>Creates or empties the file that the flags name; null when they name none.</summary>
    /// <param name="platform">What is built for, for <c>--logsplit</c>.</param>
    /// <exception cref="BuildSharpException">The file cannot be made.</exception>
    public static BuildLogFile? Open(Invocation call, Platform platform)
    {
        if (call.Flags.NonEmptyText("logfile") is not { } file)
        {
            return call.Flags.Bool("logsplit") ? throw new BuildSharpException("cannot use --logsplit without --logfile") : null;
        }

        if (call.Flags.Bool("logsplit"))
            file = $"{file}_{platform.Os}_{platform.Architecture}";

        return new BuildLogFile(Path.GetFullPath(file, call.Surroundings.WorkingDirectory), call);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _file.Dispose();
    }
}
