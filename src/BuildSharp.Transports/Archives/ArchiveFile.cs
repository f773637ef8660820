using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Transports.Archives;

/// <summary>An archive being written: to a temporary file that replaces the final one when complete, or directly to a pipe or
/// device.</summary>
internal sealed class ArchiveFile : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly string? _temporary;
    private readonly string _path;

    private ArchiveFile(string path, string? temporary, Stream stream)
    {
        _path = path;
        _temporary = temporary;
        Stream = stream;
    }

    /// <summary>Receives the bytes of the archive.</summary>
    public Stream Stream { get; }

    /// <summary>Starts an archive. An existing file stays until <see cref="Complete"/>.</summary>
    /// <exception cref="BuildSharpException">The path cannot be written.</exception>
    public static ArchiveFile Create(string path)
    {
        try
        {
            if (Path.Exists(path))
            {
                // Write a pipe, terminal or device in place: renaming a file over it would replace it.
                var existing = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, BufferSize);
                if (!existing.CanSeek || path.StartsWith("/dev/", StringComparison.Ordinal))
                {
                    return new ArchiveFile(path, null, existing);
                }

                existing.Dispose();
            }

            var temporary = $"{path}.{RandomBytes.Hex(32)}.tmp";
            return new ArchiveFile(path, temporary, new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"cannot write {path}: {e.Message}", e);
        }
    }

    /// <summary>Gives the complete archive its final name.</summary>
    public void Complete()
    {
        Stream.Flush();
        Stream.Dispose();
        if (_temporary is not null)
        {
            File.Move(_temporary, _path, overwrite: true);
        }
    }

    public void Dispose()
    {
        try
        {
            Stream.Dispose();
        }
        finally
        {
            // On a full disk closing fails too, because it flushes again; the temporary file must still be deleted.
            if (_temporary is not null)
            {
                File.Delete(_temporary);
            }
        }
    }
}
