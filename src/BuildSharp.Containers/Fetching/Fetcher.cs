using System.Globalization;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Containers.Fetching;

/// <summary>Brings what is elsewhere to this machine, into a directory that goes when this is disposed.</summary>
public sealed class Fetcher(FetchOptions options) : IDisposable
{
    private ScratchDirectory? _scratch;
    private int _count;

    /// <summary>How things are fetched.</summary>
    public FetchOptions Options => options;

    /// <summary>Makes an empty directory, mode 0700, that lasts as long as this does.</summary>
    public string MakeDirectory()
    {
        _scratch ??= ScratchDirectory.Create(options.TemporaryDirectory);
        var path = Path.Combine(_scratch.Path, (++_count).ToString(CultureInfo.InvariantCulture));
        return Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    /// <summary>Fetches one file over HTTP.</summary>
    /// <param name="address">An <c>http</c> or <c>https</c> address.</param>
    /// <param name="expected">What the content has to hash to; checked before anybody sees it.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <exception cref="BuildSharpException">The server cannot be reached or refuses, the transfer breaks off, or the hash differs.</exception>
    public async Task<FetchedFile> DownloadAsync(string address, Digest? expected, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            throw new BuildSharpException($"{AddressCredentials.Masked(address)}: not an address of a file: expected http://host/path or https://host/path");
        }

        return await new HttpDownload(options).GetAsync(uri, expected, Path.Combine(MakeDirectory(), "file"), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Checks out one commit of a git repository.</summary>
    /// <param name="address">The repository, and what of it.</param>
    /// <param name="cancellationToken">Ends git.</param>
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

/// <summary>A file that was fetched.</summary>
/// <param name="Path">Where it lies meanwhile.</param>
/// <param name="Name">What to call it: the last name of its address, or what the server says where the address ends in <c>/</c>; null
/// when there is neither.</param>
/// <param name="ModifiedAt">When it changed there; the epoch when the server does not say.</param>
public sealed record FetchedFile(string Path, string? Name, Timestamp ModifiedAt);
