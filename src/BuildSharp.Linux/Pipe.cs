using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Pipes (pipe(7)), closed in programs that are started unless they get one as a stream.</summary>
public static unsafe class Pipe
{
    /// <summary>Creates a pipe.</summary>
    public static (SafeFileHandle Reading, SafeFileHandle Writing) Open()
    {
        var ends = stackalloc int[2];
        return pipe2(ends, O_CLOEXEC) == 0
            ? (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true))
            : throw LinuxException.Last("pipe2");
    }
}
