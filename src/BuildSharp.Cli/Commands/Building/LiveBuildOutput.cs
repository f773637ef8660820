using System.IO.Pipes;
using System.Text;
using BuildSharp.Cli.Output;
using BuildSharp.Cli.Output.Progress;
using BuildSharp.Linux;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Cli.Commands.Building;

/// <summary>A pipe that takes all output of a build on a terminal, ours and that of RUN commands in one order, and brings it to the
/// <see cref="TerminalProgress"/>, which keeps a line for the running step below it.</summary>
internal sealed class LiveBuildOutput : IDisposable
{
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In);
    private readonly StreamWriter _output;
    private readonly Thread _reader;

    private LiveBuildOutput(Invocation call, TerminalProgress display)
    {
        var input = new SafeFileHandle(_pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        _output = new StreamWriter(new StandardStream(input, "standard output"), encoding, 4096);
        var error = new StreamWriter(new StandardStream(input, null), encoding, 4096) { AutoFlush = true };
        var before = call.Surroundings;
        Invocation = call with
        {
            Surroundings = before with
            {
                Out = _output,
                Error = error,
                CommandOutput = ChildStream.To(input),
                CommandError = ChildStream.To(input),
                DrawsSteps = true,
                Log = before.Log.On(error),
            },
        };
        _reader = new Thread(() => Forward(_pipe, display)) { IsBackground = true, Name = "build output" };
        _reader.Start();
    }

    /// <summary>The command line, with the pipe as its output streams.</summary>
    public Invocation Invocation { get; }

    /// <summary>The pipe of a build whose steps are drawn; null for others. With standard output elsewhere, as in <c>bud | tee log</c>, the
    /// other program may write to the same terminal, so nothing is drawn then.</summary>
    public static LiveBuildOutput? Open(Invocation call) => call.Surroundings is { Display: { } display, OutIsTerminal: true }
        ? new LiveBuildOutput(call, display)
        : null;

    /// <summary>Waits until all output is on the terminal.</summary>
    public void Dispose()
    {
        _output.Dispose();
        _pipe.DisposeLocalCopyOfClientHandle();
        _reader.Join();
        _pipe.Dispose();
    }

    private static void Forward(Stream pipe, TerminalProgress display)
    {
        var bytes = new byte[16 * 1024];
        var letters = new char[bytes.Length + 1];
        var decoder = Encoding.UTF8.GetDecoder();
        while (pipe.Read(bytes) is var read and > 0)
        {
            // The letter that a read cuts in two is completed by the next one.
            display.Write(new string(letters, 0, decoder.GetChars(bytes, 0, read, letters, 0)));
        }
    }
}
