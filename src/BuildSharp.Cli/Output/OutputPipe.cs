using System.IO.Pipes;
using BuildSharp.Linux;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Cli.Output;

/// <summary>A pipe that a command writes into, and a thread that passes on what arrives. Disposing gives the pipe back; a process that the
/// command has left behind can still write into it.</summary>
internal sealed class OutputPipe : IDisposable
{
    // A pipe in the kernel holds 64 KiB.
    private const int BufferSize = 64 * 1024;

    // Everything that a command wrote is in the pipe when it ends. Only a process that it has left behind keeps the pipe open any longer.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="sink">Receives the bytes on the thread; at the end, once, nothing.</param>
    public OutputPipe(ByteSink sink)
    {
        Input = ChildStream.To(new SafeFileHandle(_pipe.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false));
        new Thread(() => Forward(sink), maxStackSize: 256 * 1024) { IsBackground = true, Name = "output of a command" }.Start();
    }

    /// <summary>Receives bytes.</summary>
    public delegate void ByteSink(ReadOnlySpan<byte> bytes);

    /// <summary>The end for the command.</summary>
    public ChildStream Input { get; }

    /// <summary>Waits until all that the ended command wrote was passed on.</summary>
    public async Task EndAsync()
    {
        _pipe.DisposeLocalCopyOfClientHandle();
        await Task.WhenAny(_ended.Task, Task.Delay(Patience)).ConfigureAwait(false);
    }

    public void Dispose() => _pipe.DisposeLocalCopyOfClientHandle();

    private void Forward(ByteSink sink)
    {
        var buffer = new byte[BufferSize];
        using (_pipe)
        {
            while (_pipe.Read(buffer) is var read and > 0)
            {
                sink(buffer.AsSpan(0, read));
            }

            sink([]);
        }

        _ended.SetResult();
    }
}
