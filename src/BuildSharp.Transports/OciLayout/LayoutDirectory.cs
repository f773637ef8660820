using BuildSharp.Linux;

namespace BuildSharp.Transports.OciLayout;

/// <summary>An OCI layout in a directory.</summary>
internal sealed class LayoutDirectory(string path) : ILayoutFiles
{
    public string Name => path;

    public Stream? Open(string relative)
    {
        try
        {
            // Opens regular files only: opening a pipe would block, and a device may never end.
            return FileDescriptor.TryOpenRegular(Path.Combine(path, relative)) is { } file ? new FileStream(file, FileAccess.Read, bufferSize: 0) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharp.Oci.BuildSharpException($"reading {Path.Combine(path, relative)}: {(e as LinuxException)?.Reason ?? e.Message}", e);
        }
    }

    public void Dispose()
    {
    }
}
