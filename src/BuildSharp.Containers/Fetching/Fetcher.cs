using System.Globalization;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Fetching;

/// <summary>Downloads files and repositories to a temporary directory, which is deleted on disposal. Several tasks may use it.</summary>
public sealed class Fetcher(FetchOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private ScratchDirectory? _scratch;
    private int _count;

    /// <summary>The settings.</summary>
    public FetchOptions Options => options;

    /// <summary>Creates an empty directory with mode 0700, which is deleted on disposal.</summary>
    public string MakeDirectory()
    {
        string path;
        lock (_lock)
        {
            _scratch ??= ScratchDirectory.Create(options.TemporaryDirectory);
            path = Path.Combine(_scratch.Path, (++_count).ToString(CultureInfo.InvariantCulture));
        }

        return Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>Downloads one file over HTTP.</summary>
    /// <param name="address">An <c>http</c> or <c>https</c> URL.</param>
    /// <param name="expected">Required digest of the content; null for any. Checked before the method returns.</param>
    /// <param name="cancellationToken">Stops the transfer.</param>
    /// <exception cref="BuildSharpException">The server is unreachable or refuses, the transfer fails, or the digest differs.</exception>
    public async Task<FetchedFile> DownloadAsync(string address, Digest? expected, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new BuildSharpException($"{AddressCredentials.Masked(address)}: not an address of a file: expected http://host/path or https://host/path");
        }

        return await new HttpDownload(options).GetAsync(uri, expected, Path.Combine(MakeDirectory(), "file"), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks out one commit of a git repository.</summary>
    /// <param name="address">The repository, with reference and directory.</param>
    /// <param name="cancellationToken">Stops git.</param>
    /// <exception cref="BuildSharpException">git is missing or fails, or the repository has no such commit or directory.</exception>
    public Task<GitTree> CheckOutAsync(GitAddress address, CancellationToken cancellationToken) =>
        new GitCheckout(address, options, MakeDirectory()).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _scratch?.Dispose();
        _scratch = null;
    }
}

/// <summary>A downloaded file.</summary>
/// <param name="Path">Path of the copy.</param>
/// <param name="Name">File name: the last name in the URL, or for a URL that ends in <c>/</c> the one that the server gives; null when
/// there is
/// none.</param>
/// <param name="ModifiedAt">Modification time from the server; the epoch when unknown.</param>
public sealed record FetchedFile(string Path, string? Name, Timestamp ModifiedAt);
