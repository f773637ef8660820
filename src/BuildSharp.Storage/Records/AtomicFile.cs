using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>Replaces files so that a reader, or a crash, sees the old content or the new and nothing between.</summary>
public static class AtomicFile
{
    /// <summary>Writes a temporary file beside the target, synchronises it and renames it over the target.</summary>
    /// <param name="path">The target; its directory must exist.</param>
    /// <param name="content">All of the new content.</param>
    /// <param name="mode">Permissions of the new file.</param>
    /// <param name="durable">Whether to wait for the disk before the rename.</param>
    /// <exception cref="BuildSharp.Oci.BuildSharpException">It cannot be written; the old content is still there.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content, int mode = Octal.O600, bool durable = true)
    {
        using var pending = new PendingFile(path, content, mode, durable ? Persistence.Durable : Persistence.Volatile);
        pending.Publish();
    }
}
