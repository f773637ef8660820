using BuildSharp.Containers.Adding.Sources;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Fetching;

/// <summary>Remote sources of ADD: files over HTTP and git repositories (Dockerfile reference, ADD).</summary>
public static class RemoteSource
{
    /// <summary>Whether the text is the URL of a file or repository.</summary>
    /// <exception cref="BuildSharpException">The URL of a repository is invalid.</exception>
    public static bool IsRemote(string text) => IsFile(text) || IsRepository(text);

    /// <summary>Whether the text is the URL of a repository.</summary>
    /// <exception cref="BuildSharpException">The URL of a repository is invalid.</exception>
    public static bool IsRepository(string text) => GitAddress.TryParse(text) is not null;

    /// <summary>Whether the text is an http or https URL.</summary>
    public static bool IsFile(string text) =>
        text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Fetches the source.</summary>
    /// <param name="text">The URL.</param>
    /// <param name="checksum">Required digest of a file, or prefix of the commit ID; null for any.</param>
    /// <param name="keepGitDirectory">Whether to keep <c>.git</c>; null follows the URL.</param>
    /// <param name="excluded">Files of a repository to leave out; null for none.</param>
    /// <param name="fetcher">Downloads, and owns the files.</param>
    /// <param name="cancellationToken">Stops the transfer.</param>
    /// <exception cref="BuildSharpException">The source cannot be fetched, or the checksum differs.</exception>
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

    /// <summary>The ignore file of the build context does not apply to the files of a repository.</summary>
    private sealed class NoFilter : IPathFilter
    {
        public static NoFilter Instance { get; } = new();

        public bool IsIgnored(string path) => false;

        public bool MayContainIncluded(string directory) => false;

        public bool NamesIncluded(string directory) => false;
    }
}
