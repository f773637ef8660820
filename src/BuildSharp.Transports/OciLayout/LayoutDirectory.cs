namespace BuildSharp.Transports;

/// <summary>An OCI layout in a directory.</summary>
internal sealed class LayoutDirectory(string path) : ILayoutFiles
{
    public string Name => path;

    public Stream? Open(string relative)
    {
        try
        {
            return new FileStream(Path.Combine(path, relative), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Oci.BuildSharpException($"reading {Path.Combine(path, relative)}: {e.Message}", e);
        }
    }

    public void Dispose()
    {
    }
}
