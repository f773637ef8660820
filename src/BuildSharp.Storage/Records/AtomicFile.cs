using BuildSharp.Linux;

namespace BuildSharp.Storage.Records;

/// <summary>Replaces files atomically: after a crash, and for any reader, a file has either the old or the new content.</summary>
public static class AtomicFile
{
    /// <summary>Writes a temporary file in the target's directory, synchronises it and renames it to the target.</summary>
    /// <param name="path">The target; its directory must exist.</param>
    /// <param name="content">The complete new content.</param>
    /// <param name="mode">Permissions of the new file.</param>
    /// <param name="durable">Whether to synchronise to disk before the rename.</param>
    /// <exception cref="BuildSharp.Oci.BuildSharpException">Writing failed; the old content is unchanged.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content, int mode = Octal.O600, bool durable = true)
    {
        using var pending = new PendingFile(path, content, mode, durable ? Persistence.Durable : Persistence.Volatile);
        pending.Publish();
    }
}
