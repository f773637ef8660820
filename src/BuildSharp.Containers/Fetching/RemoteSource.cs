using BuildSharp.Containers.Adding;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Fetching;

/// <summary>Sources of ADD that are not on this machine: files over HTTP, and git repositories (Dockerfile reference, ADD).</summary>
public static class RemoteSource
{
    /// <summary>Whether the text is the address of a file or of a repository.</summary>
    /// <exception cref="BuildSharpException">It is one that cannot be.</exception>
    public static bool IsRemote(string text) => IsFile(text) || IsRepository(text);

    /// <summary>Whether the text is the address of a repository.</summary>
    /// <exception cref="BuildSharpException">It is one that cannot be.</exception>
    public static bool IsRepository(string text) => GitAddress.TryParse(text) is not null;

    /// <summary>Whether the text is an address on the web.</summary>
    public static bool IsFile(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Fetches it.</summary>
    /// <param name="text">The address.</param>
    /// <param name="checksum">The digest that a file must have, or the beginning of the commit's id; null takes whatever comes.</param>
    /// <param name="keepGitDirectory">Whether <c>.git</c> comes along; null goes by the address.</param>
    /// <param name="excluded">What of a repository is left out; null for nothing.</param>
    /// <param name="fetcher">Keeps what was fetched.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <exception cref="BuildSharpException">It cannot be fetched, or is not what the checksum says.</exception>
    public static async Task<AddSource> FetchAsync(
        string text, string? checksum, bool? keepGitDirectory, IPathFilter? excluded, Fetcher fetcher, CancellationToken cancellationToken)
    {
        if (GitAddress.TryParse(text) is { } address)
        {
            address = address with { KeepGitDirectory = keepGitDirectory ?? address.KeepGitDirectory };
            address = checksum is null ? address : address.WithChecksum(checksum);
            var tree = await fetcher.CheckOutAsync(address, cancellationToken).ConfigureAwait(false);
            return new LocalSource(tree.Directory, "/") { Filter = excluded ?? NoFilter.Instance, ModifiedAt = tree.CommittedAt };
        }

        Digest? expected = checksum is null ? null
            : Digest.TryParse(checksum, out var digest) ? digest
            : throw new BuildSharpException($"--checksum={checksum}: expected sha256: with 64 or sha512: with 128 lower-case hexadecimal digits");
        var file = await fetcher.DownloadAsync(text, expected, cancellationToken).ConfigureAwait(false);
        return new FetchedSource(file.Path, file.Name, file.ModifiedAt);
    }

    /// <summary>A repository's files are all meant: the context's ignore file speaks of other ones.</summary>
    private sealed class NoFilter : IPathFilter
    {
        public static NoFilter Instance { get; } = new();

        public bool IsIgnored(string path) => false;

        public bool MayContainIncluded(string directory) => false;

        public bool NamesIncluded(string directory) => false;
    }
}
