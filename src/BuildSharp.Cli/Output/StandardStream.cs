using BuildSharp.Linux;
using BuildSharp.Oci;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Cli.Output;

/// <summary>Standard output, standard error or what stands for both, written straight to the descriptor.</summary>
/// <remarks>The console's own stream sets up terminal and signal handling with a thread at the first write, which costs more than most
/// verbs; a file stream would keep a position of its own, while a child process shares the descriptor's.</remarks>
/// <param name="file">An open file that commands may write to as well; it stays the caller's.</param>
/// <param name="name">What an error calls it; null for standard error, where a failure to write can be told to nobody.</param>
internal sealed class StandardStream(SafeFileHandle file, string? name) : Stream
{
    private bool _ended;

    /// <summary>One of the process's own streams.</summary>
    /// <param name="descriptor">1 or 2.</param>
    public StandardStream(int descriptor)
        : this(new SafeFileHandle(descriptor, ownsHandle: false), descriptor == 1 ? "standard output" : null)
    {
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_ended)
        {
            return;
        }

        try
        {
            FileDescriptor.Write(file, buffer);
        }
        catch (LinuxException error)
        {
            // The first failure is the one that is told. A reader that left, as of "images | head -1", has what it wanted.
            _ended = true;
            if (error.Errno != Errno.EPIPE && name is not null)
            {
                throw new BuildSharpException($"{name} cannot be written: {error.Reason}", error);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
