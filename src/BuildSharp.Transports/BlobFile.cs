using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Transports;

/// <summary>Writes a blob to a temporary file and renames it when it is complete, so that readers never see part of a blob.</summary>
internal static class BlobFile
{
    private const int BufferSize = 256 * 1024;
    private const UnixFileMode FileMode0644 =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a blob. Computes the digest only when <paramref name="blob"/> does not have it.</summary>
    /// <param name="directory">Directory for the temporary file, on the same file system as the final path.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="blob">Known properties of the blob.</param>
    /// <param name="finalName">Returns the final path for the digest.</param>
    /// <param name="cancellationToken">Stops the write; the temporary file is deleted.</param>
    public static async Task<Descriptor> WriteAsync(
        string directory, Stream content, BlobInfo blob, Func<Digest, string> finalName, CancellationToken cancellationToken)
    {
        var temporary = Path.Combine(directory, $".blob-{RandomBytes.Hex(32)}");
        try
        {
            var (digest, size) = await WriteTemporaryAsync(temporary, content, blob.Digest, cancellationToken).ConfigureAwait(false);
            var target = finalName(digest);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Move(temporary, target, overwrite: true);
            return new Descriptor { MediaType = blob.MediaType, Digest = digest, Size = size };
        }
        catch (IOException e)
        {
            throw new BuildSharpException($"writing a blob to {directory}: {e.Message}", e);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Replaces a small file atomically.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            ReplacedFile.Write(path, content, Octal.O644);
        }
        catch (IOException e)
        {
            throw new BuildSharpException($"writing {path}: {e.Message}", e);
        }
    }

    private static async Task<(Digest Digest, long Size)> WriteTemporaryAsync(
        string path, Stream content, Digest? known, CancellationToken cancellationToken)
    {
        using var file = Create(path);
        using var hashed = known is null ? new DigestingStream(file, leaveOpen: true) : null;
        await content.CopyToAsync(hashed ?? (Stream)file, BufferSize, cancellationToken).ConfigureAwait(false);
        await file.FlushAsync(cancellationToken).ConfigureAwait(false);
        file.Flush(flushToDisk: true);
        return (known ?? hashed!.Complete(), file.Length);
    }

    private static FileStream Create(string path) => new(path, new FileStreamOptions
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.Write,
        BufferSize = 0,
        UnixCreateMode = FileMode0644,
    });
}
