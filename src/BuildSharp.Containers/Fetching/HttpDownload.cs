using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Reporting;
using BuildSharp.Registry.Connections;

namespace BuildSharp.Containers.Fetching;

/// <summary>Downloads a file over HTTP to disk, computing its digest; starts again when the transfer fails.</summary>
internal sealed class HttpDownload(FetchOptions options)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(2);

    // Timers of .NET support at most 49 days.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(30);

    public async Task<FetchedFile> GetAsync(Uri address, Digest? expected, string path, CancellationToken cancellationToken)
    {
        using var connections = new HttpConnections(new ConnectionSettings
        {
            Environment = options.Environment,
            TlsVerify = options.TlsVerify,
            CertificateDirectory = options.CertificateDirectory,
        });
        for (var attempt = 0; ; attempt++)
        {
            options.Debug?.Report($"fetching {CommandText.Masked(address.OriginalString)}{(attempt > 0 ? $", try {attempt + 1} of {options.Retries + 1}" : "")}");
            try
            {
                return await TryGetAsync(connections, address, expected, path, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (attempt < options.Retries && ConnectionFailure.IsTransient(error))
            {
                var delay = options.RetryDelay ?? FirstDelay * Math.Pow(2, Math.Min(attempt, 20));
                await Task.Delay(delay < LongestDelay ? delay : LongestDelay, options.Time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (ConnectionFailure.Is(error))
            {
                throw new BuildSharpException($"fetching {Shown(address)}: {ConnectionFailure.Reason(error)}", error);
            }
        }
    }

    private async Task<FetchedFile> TryGetAsync(
        HttpConnections connections, Uri address, Digest? expected, string path, CancellationToken cancellationToken)
    {
        using var response = await connections.FollowAsync(address, at => RequestFor(at, address), $"fetching {Shown(address)}", cancellationToken)
            .ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new BuildSharpException($"fetching {Shown(address)}: invalid response status {(int)response.StatusCode}");
        }

        var free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
        if (response.Content.Headers.ContentLength > free)
        {
            throw new BuildSharpException(
                $"fetching {Shown(address)}: {response.Content.Headers.ContentLength} bytes do not fit: {Path.GetDirectoryName(path)} has {free} free");
        }

        using var item = ProgressItem.Start(options.Progress, ProgressKind.Download, Shown(address), response.Content.Headers.ContentLength);
        var digest = await SaveAsync(response.Content, path, expected?.Algorithm ?? "sha256", item, cancellationToken).ConfigureAwait(false);
        item?.Complete();
        return expected is null || digest == expected
            ? new FetchedFile(path, Name(address, response.Content.Headers), ModifiedAt(response.Content.Headers))
            : throw new BuildSharpException($"unexpected response digest for \"{Shown(address)}\": {digest}, want {expected}");
    }

    // Only the host that the user named gets the credentials of the address.
    private static HttpRequestMessage RequestFor(Uri at, Uri address)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(at) { UserName = "", Password = "", Fragment = "" }.Uri);
        if (address.UserInfo.Length > 0 && Redirection.IsSameOrigin(at, address))
        {
            var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(address.UserInfo)));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", secret);
        }

        return request;
    }

    private static async Task<Digest> SaveAsync(
        HttpContent content, string path, string algorithm, ProgressItem? item, CancellationToken cancellationToken)
    {
        using var hash = new RunningDigest(algorithm);
        var buffer = new byte[128 * 1024];
        var source = item.Count(await HttpConnections.OpenContentAsync(content, cancellationToken).ConfigureAwait(false));
        await using (source.ConfigureAwait(false))
        {
            using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
            while (await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
            {
                hash.Append(buffer.AsSpan(0, read));
                FileDescriptor.Write(file, buffer.AsSpan(0, read));
            }

            return hash.Complete();
        }
    }

    private static Timestamp ModifiedAt(HttpContentHeaders headers) =>
        headers.LastModified is { } time && time.ToUnixTimeSeconds() >= 0 ? new Timestamp(time.ToUnixTimeSeconds()) : new Timestamp(0);

    // A URL that ends in a slash has no file name, so the server's name has precedence there.
    private static string? Name(Uri address, HttpContentHeaders headers)
    {
        var path = Uri.UnescapeDataString(address.AbsolutePath);
        var said = path.EndsWith('/') ? headers.ContentDisposition?.FileNameStar ?? headers.ContentDisposition?.FileName?.Trim('"') : null;
        return Last(said) ?? Last(path.TrimEnd('/'));
    }

    /// <summary>The last name of a path with slashes or backslashes; null when it is not a valid file name.</summary>
    private static string? Last(string? path) =>
        path?[(path.LastIndexOfAny(['/', '\\']) + 1)..] is { Length: > 0 } name && name is not ("." or "..") && !name.Any(char.IsControl) ? name : null;

    private static string Shown(Uri address) => AddressCredentials.Masked(address.OriginalString);
}
