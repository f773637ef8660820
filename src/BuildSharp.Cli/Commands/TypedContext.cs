using BuildSharp.Dockerfiles;
using BuildSharp.Linux;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Cli.Commands;

/// <summary>What <c>build -</c> reads: a tar of the whole context, compressed or not, or the Containerfile alone. An archive is unpacked
/// into a directory of its own until this is disposed.</summary>
internal sealed class TypedContext(Surroundings surroundings) : IDisposable
{
    private const string DefaultTemporary = "/var/tmp";

    /// <summary>Where the archive was unpacked; null when there was none.</summary>
    public string? Directory { get; private set; }

    /// <summary>The Containerfile, when that is what was typed.</summary>
    public SourceText? Containerfile { get; private set; }

    /// <summary>Reads standard input to its end.</summary>
    /// <exception cref="BuildSharp.Oci.BuildSharpException">The archive is damaged or would write outside its directory.</exception>
    public void Read()
    {
        var temporary = surroundings.Environment.GetValueOrDefault("TMPDIR") is { Length: > 0 } given ? given : DefaultTemporary;
        // A pipe cannot be looked into and read again, so what it brings is kept in a file that has no name for long.
        using var kept = new FileStream(
            Path.Combine(temporary, $"buildsharp-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 64 * 1024,
            FileOptions.DeleteOnClose);
        using (var input = surroundings.OpenInput())
        using (var plain = Compression.OpenDecompressing(input))
            plain.CopyTo(kept);

        kept.Position = 0;
        if (IsArchive(kept))
        {
            Directory = System.IO.Directory.CreateDirectory(
                Path.Combine(temporary, $"buildsharp-{Guid.NewGuid():N}"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
            using var root = DirectoryHandle.Open(Directory);
            new LayerApplier(root, LayerApplierOptions.Archive).Extract(kept, "context on standard input");
            return;
        }

        var bytes = new byte[kept.Length];
        kept.ReadExactly(bytes);
        Containerfile = SourceText.FromBytes(bytes, "-");
    }

    public void Dispose()
    {
        if (Directory is not null)
            System.IO.Directory.Delete(Directory, recursive: true);
    }

    // Every tar since 1988 says so in its first header; no Containerfile has that text there.
    private static bool IsArchive(FileStream stream)
    {
        Span<byte> head = stackalloc byte[262];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return length == head.Length && head[257..].SequenceEqual("ustar"u8);
    }
}
