using BuildSharp.Linux;
using BuildSharp.Oci;
using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Cli.Output;

/// <summary>A stream that writes directly to a descriptor: standard output, standard error, or a file that replaces them.</summary>
/// <remarks><see cref="Console"/>'s streams set up terminal and signal handling with a thread on first use, which costs more than most
/// verbs. A <see cref="FileStream"/> keeps its own position, but child processes write at the descriptor's.</remarks>
/// <param name="file">An open file that child processes may also write to; the caller closes it.</param>
/// <param name="name">Name in error messages; null for standard error, whose write errors cannot be reported anywhere.</param>
internal sealed class StandardStream(SafeFileHandle file, string? name) : Stream
{
    private bool _ended;

    /// <summary>Opens a standard stream of the process.</summary>
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
            // Report only the first error. EPIPE is no error: the reader, as in "images | head -1", has read enough.
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
