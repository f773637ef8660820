using BuildSharp.Oci;

namespace BuildSharp.Transports;

/// <summary>An archive being written: beside its final name until it is complete, or straight to a pipe.</summary>
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

    /// <summary>Where the bytes go.</summary>
    public Stream Stream { get; }

    /// <summary>Begins an archive; one that is there stays until <see cref="Complete"/>.</summary>
    /// <exception cref="BuildSharpException">The place cannot be written.</exception>
    public static ArchiveFile Create(string path)
    {
        try
        {
            if (Path.Exists(path))
            {
                // A pipe, a terminal or a device is written as it is: nothing may take its name.
                var existing = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, BufferSize);
                if (!existing.CanSeek || path.StartsWith("/dev/", StringComparison.Ordinal))
                {
                    return new ArchiveFile(path, null, existing);
                }

                existing.Dispose();
            }

            var temporary = $"{path}.{Guid.NewGuid():N}.tmp";
            return new ArchiveFile(path, temporary, new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildSharpException($"cannot write {path}: {e.Message}", e);
        }
    }

    /// <summary>Makes the archive visible under its name.</summary>
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
            // A full disk refuses the last flush, too.
            if (_temporary is not null)
            {
                File.Delete(_temporary);
            }
        }
    }
}
