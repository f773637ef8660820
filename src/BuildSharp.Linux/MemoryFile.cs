using Microsoft.Win32.SafeHandles;

namespace BuildSharp.Linux;

/// <summary>A file without a name in memory, to pass content to a child process.</summary>
public static unsafe class MemoryFile
{
    /// <summary>Creates a file with the content, positioned at its start.</summary>
    public static SafeFileHandle Create(ReadOnlySpan<byte> content)
    {
        fixed (byte* name = "buildsharp\0"u8)
        {
            var descriptor = memfd_create(name, (uint)MFD_CLOEXEC);
            var file = descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LinuxException.Last("memfd_create");
            FileDescriptor.WriteAt(file, content, 0);
            return file;
        }
    }

    /// <summary>Whether a descriptor is open on a file in memory: only such files can be sealed (fcntl(2)).</summary>
    public static bool IsOpenAs(int descriptor) => fcntl(descriptor, F_GET_SEALS) >= 0;

    /// <summary>The whole content.</summary>
    public static byte[] Read(SafeFileHandle file)
    {
        var content = new byte[FileDescriptor.Stat(file).Size];
        return FileDescriptor.ReadAt(file, content, 0) == content.Length ? content : throw new LinuxException("read", null, Errno.EIO);
    }
}
