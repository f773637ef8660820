using BuildSharp.Containers.Fetching;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Build.Contexts;

/// <summary>Brings contexts that are no directories of this machine into one (buildah-build(1), "context"): archives from a file, a pipe or the web,
/// a Dockerfile alone, git repositories. They stay as long as the fetcher does.</summary>
/// <param name="fetcher">Fetches, and keeps what came.</param>
public sealed class ContextIntake(Fetcher fetcher)
{
    private const int BlockSize = 512;

    /// <summary>Whether the text is the address of a context elsewhere.</summary>
    /// <exception cref="BuildSharpException">It is one that cannot be.</exception>
    public static bool IsRemote(string text) => RemoteSource.IsFile(text) || GitAddress.TryParse(text, github: true) is not null;

    /// <summary>Fetches a git repository, a tar, or a Dockerfile alone.</summary>
    /// <exception cref="BuildSharpException">It cannot be fetched, or is damaged.</exception>
    /// <param name="address">The address.</param>
    /// <param name="keepGitDirectory">Whether a repository's <c>.git</c> comes along, if the address does not say.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
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

    /// <summary>Reads a tar or a Dockerfile alone from a stream, to its end.</summary>
    /// <param name="input">The stream.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="cancellationToken">Ends waiting for more.</param>
    /// <exception cref="BuildSharpException">The archive is damaged.</exception>
    public async Task<ForeignContext> ReadAsync(Stream input, string name, CancellationToken cancellationToken)
    {
        // A pipe cannot be looked into and read again.
        var kept = Path.Combine(fetcher.MakeDirectory(), "file");
        using (var file = File.OpenHandle(kept, FileMode.CreateNew, FileAccess.Write))
        {
            var buffer = new byte[128 * 1024];
            // The wait for a pipe's other end cannot be ended; but nobody has to wait for the wait.
            while (await input.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false) is > 0 and var read)
            {
                FileDescriptor.Write(file, buffer.AsSpan(0, read));
            }
        }
        return Take(kept, name, cancellationToken);
    }

    /// <summary>Unpacks a file if it is a tar, compressed or not.</summary>
    /// <returns>Null when it is none.</returns>
    /// <exception cref="BuildSharpException">It is one, and damaged.</exception>
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

    /// <summary>Whether the content begins with a header whose sum is right, or with the zeros that end a tar without any file.</summary>
    private static bool IsArchive(FileStream file)
    {
        try
        {
            var block = new byte[BlockSize];
            // Not disposed: it would take the file along.
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
