using BuildSharp.Containers.Fetching;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Build.Contexts;

/// <summary>Turns a context that is not a local directory into one (buildah-build(1), "context"): an archive from a file, a pipe or a URL,
/// a single Dockerfile, or a git repository. The directory is deleted with the fetcher.</summary>
/// <param name="fetcher">Downloads, and owns the temporary directories.</param>
public sealed class ContextIntake(Fetcher fetcher)
{
    private const int BlockSize = 512;

    /// <summary>Whether the text is the URL of a remote context.</summary>
    /// <exception cref="BuildSharpException">The text is a malformed URL.</exception>
    public static bool IsRemote(string text) => RemoteSource.IsFile(text) || GitAddress.TryParse(text, github: true) is not null;

    /// <summary>Fetches a git repository, a tar, or a single Dockerfile.</summary>
    /// <exception cref="BuildSharpException">It cannot be fetched, or is damaged.</exception>
    /// <param name="address">The URL.</param>
    /// <param name="keepGitDirectory">Whether to keep the <c>.git</c> of a repository when the URL does not say.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    public async Task<ForeignContext> FetchAsync(string address, bool keepGitDirectory, CancellationToken cancellationToken)
    {
        if (GitAddress.TryParse(address, github: true) is { } repository)
        {
            repository = repository with { KeepGitDirectory = repository.KeepGitDirectory ?? keepGitDirectory };
            return new ForeignContext((await fetcher.CheckOutAsync(repository, cancellationToken).ConfigureAwait(false)).Directory, IsDockerfileAlone: false);
        }
        var file = await fetcher.DownloadAsync(address, null, cancellationToken).ConfigureAwait(false);
        return Take(file.Path, address, cancellationToken);
    }

    /// <summary>Reads a tar or a single Dockerfile from a stream.</summary>
    /// <param name="input">The stream.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="cancellationToken">Stops the read.</param>
    /// <exception cref="BuildSharpException">The archive is damaged.</exception>
    public async Task<ForeignContext> ReadAsync(Stream input, string name, CancellationToken cancellationToken)
    {
        // Detecting the format needs a second read, which a pipe does not allow, so the content is written to a file first.
        var kept = Path.Combine(fetcher.MakeDirectory(), "file");
        using (var file = File.OpenHandle(kept, FileMode.CreateNew, FileAccess.Write))
        {
            var buffer = new byte[128 * 1024];
            // A pending read of a pipe cannot be cancelled; WaitAsync abandons it.
            while (await input.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                FileDescriptor.Write(file, buffer.AsSpan(0, read));
            }
        }
        return Take(kept, name, cancellationToken);
    }

    /// <summary>Unpacks a file if it is a tar, compressed or not.</summary>
    /// <returns>Null when the file is not a tar.</returns>
    /// <exception cref="BuildSharpException">The tar is damaged.</exception>
    public ForeignContext? TryUnpack(string path, string name, CancellationToken cancellationToken)
    {
        using var file = File.OpenRead(path);
        if (!IsArchive(file))
        {
            return null;
        }

        var directory = fetcher.MakeDirectory();
        using var root = DirectoryHandle.Open(directory);
        file.Position = 0;
        using var plain = new StoppableStream(Compression.OpenDecompressing(file), cancellationToken);
        new LayerApplier(root, LayerApplierOptions.Archive).Extract(plain, name);
        return new ForeignContext(directory, IsDockerfileAlone: false);
    }

    private ForeignContext Take(string path, string name, CancellationToken cancellationToken)
    {
        if (TryUnpack(path, name, cancellationToken) is { } unpacked)
        {
            return unpacked;
        }

        var directory = fetcher.MakeDirectory();
        using var file = File.OpenRead(path);
        using var plain = new StoppableStream(Compression.OpenDecompressing(file), cancellationToken);
        using var dockerfile = File.Create(Path.Combine(directory, "Dockerfile"));
        plain.CopyTo(dockerfile);
        return new ForeignContext(directory, IsDockerfileAlone: true);
    }

    /// <summary>Whether the content starts with a tar header with a correct checksum, or with the zero block of an empty tar.</summary>
    private static bool IsArchive(FileStream file)
    {
        try
        {
            var block = new byte[BlockSize];
            // Disposing the decompressor would close the file.
            if (Compression.OpenDecompressing(file).ReadAtLeast(block, BlockSize, throwOnEndOfStream: false) < BlockSize)
            {
                return false;
            }

            if (!block.AsSpan().ContainsAnyExcept((byte)0))
            {
                return true;
            }

            file.Position = 0;
            return new TarReader(Compression.OpenDecompressing(file)).ReadNext() is not null;
        }
        catch (Exception error) when (error is BuildSharpException or InvalidDataException or EndOfStreamException)
        {
            return false;
        }
    }
}
