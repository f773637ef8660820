using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Source or target of a standard stream of a child process.</summary>
public sealed class ChildStream
{
    private ChildStream(SafeFileHandle? file) => File = file;

    /// <summary>The stream of the same number of this process.</summary>
    public static ChildStream Inherit { get; } = new(null);

    /// <summary>/dev/null.</summary>
    public static ChildStream Null { get; } = new(null);

    /// <summary>The open file; null for the other kinds.</summary>
    public SafeFileHandle? File { get; }

    /// <summary>An open file or pipe. Not closed by the child process.</summary>
    public static ChildStream To(SafeFileHandle file) => new(file);

    /// <summary>The file that the child reads from as descriptor <paramref name="descriptor"/>; null for /dev/null.</summary>
    public SafeFileHandle? Opened(int descriptor) =>
        ReferenceEquals(this, Null) ? null : File ?? new SafeFileHandle(descriptor, ownsHandle: false);

    /// <summary>Whether the stream is a terminal as the child's descriptor <paramref name="descriptor"/>.</summary>
    public bool IsTerminal(int descriptor) =>
        !ReferenceEquals(this, Null) && Terminal.IsTerminal(File is null ? descriptor : FileDescriptor.Number(File));
}
