using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>Where a standard stream of a child process leads.</summary>
public sealed class ChildStream
{
    private ChildStream(SafeFileHandle? file) => File = file;

    /// <summary>To where our own stream of the same number leads.</summary>
    public static ChildStream Inherit { get; } = new(null);

    /// <summary>Nowhere: /dev/null.</summary>
    public static ChildStream Null { get; } = new(null);

    /// <summary>The open file, or null.</summary>
    public SafeFileHandle? File { get; }

    /// <summary>To an open file or pipe, which stays the caller's to close.</summary>
    public static ChildStream To(SafeFileHandle file) => new(file);

    /// <summary>What the stream, as number <paramref name="descriptor"/> of a child, is read from; null for nothing.</summary>
    public SafeFileHandle? Opened(int descriptor) =>
        ReferenceEquals(this, Null) ? null : File ?? new SafeFileHandle(descriptor, ownsHandle: false);

    /// <summary>Whether the stream, as number <paramref name="descriptor"/> of the child, is a terminal.</summary>
    public bool IsTerminal(int descriptor) =>
        !ReferenceEquals(this, Null) && Terminal.IsTerminal(File is null ? descriptor : FileDescriptor.Number(File));
}
