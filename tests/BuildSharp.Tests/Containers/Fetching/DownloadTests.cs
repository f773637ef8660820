using System.Net;
using System.Security.Cryptography;
using System.Text;
using BuildSharp.Containers.Fetching;
using BuildSharp.Oci;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Containers.Fetching;

/// <summary>Files over HTTP, from a real server on loopback.</summary>
public sealed class DownloadTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly TemporaryWebServer _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task A_file_comes_with_its_name_and_time()
    {
        _server.Serve("/a/b%20c.txt?x=y", "hello", "Last-Modified: Mon, 03 Feb 2020 04:05:06 GMT");
        using var fetcher = Fetcher();
        var file = await fetcher.DownloadAsync($"{_server.Address}/a/b%20c.txt?x=y", null, default);
        Assert.Equal(("hello", "b c.txt", new Timestamp(1580702706)), (await File.ReadAllTextAsync(file.Path), file.Name, file.ModifiedAt));
    }

    [Theory]
    [InlineData("/f", "attachment; filename=other", "f")]
    [InlineData("/d/", "attachment; filename=\"said.txt\"", "said.txt")]
    [InlineData("/e/", "attachment; filename=\"../../etc/passwd\"", "passwd")]
    [InlineData("/u/", "attachment; filename*=UTF-8''na%C3%AFve", "naïve")]
    [InlineData("/g/", "attachment; filename=\"..\"", "g")]
    [InlineData("/", "inline", null)]
    public async Task The_name_is_the_addresss_or_where_that_has_none_the_servers(string path, string disposition, string? name)
    {
        _server.Serve(path, "x", $"Content-Disposition: {disposition}");
        using var fetcher = Fetcher();
        Assert.Equal(name, (await fetcher.DownloadAsync(_server.Address + path, null, default)).Name);
    }

    [Fact]
    public async Task The_unspecified_address_is_this_machine()
    {
        _server.Serve("/f", "hello");
        _server.Redirect("/moved", $"{_server.Address.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal)}/f");
        using var fetcher = Fetcher();
        foreach (var address in new[] { _server.Address.Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal) + "/f", $"{_server.Address}/moved" })
        {
            Assert.Equal("hello", await File.ReadAllTextAsync((await fetcher.DownloadAsync(address, null, default)).Path));
        }

        Assert.Contains($"Host: 0.0.0.0:{new Uri(_server.Address).Port}", _server.Requests[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_is_the_unspecified_address_of_IPv6()
    {
        if (!System.Net.Sockets.Socket.OSSupportsIPv6)
        {
            return;
        }

        using var six = new TemporaryWebServer(address: IPAddress.IPv6Loopback);
        six.Serve("/f", "hello");
        using var fetcher = Fetcher();
        Assert.Equal("hello", await File.ReadAllTextAsync((await fetcher.DownloadAsync(six.Address.Replace("[::1]", "[::]", StringComparison.Ordinal) + "/f", null, default)).Path));
    }

    [Fact]
    public async Task A_redirection_is_followed_and_does_not_change_the_name()
    {
        _server.Redirect("/first", "/second/real");
        _server.Serve("/second/real", "x");
        using var fetcher = Fetcher();
        Assert.Equal("first", (await fetcher.DownloadAsync($"{_server.Address}/first", null, default)).Name);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1:1/x")]
    [InlineData("gopher://user:s3cr3t@127.0.0.1/x")]
    public async Task A_redirection_to_what_is_no_web_server_is_refused(string to)
    {
        _server.Redirect("/first", to);
        using var fetcher = Fetcher();
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => fetcher.DownloadAsync($"{_server.Address}/first", null, default));
        Assert.Contains($"leads to {AddressCredentials.Masked(to)}, which is not followed", error.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Redirections_without_an_end_end()
    {
        _server.Redirect("/loop", "/loop");
        using var fetcher = Fetcher();
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => fetcher.DownloadAsync($"{_server.Address}/loop", null, default));
        Assert.Contains("more than 10 redirections", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_host_does_not_get_the_password()
    {
        using var elsewhere = new TemporaryWebServer();
        _server.Redirect("/near", "/there");
        _server.Redirect("/there", $"{elsewhere.Address}/f");
        elsewhere.Serve("/f", "x");
        using var fetcher = Fetcher();
        await fetcher.DownloadAsync($"{_server.Address.Replace("://", "://me:s3cr3t@", StringComparison.Ordinal)}/near", null, default);
        Assert.All(_server.Requests, request => Assert.Contains("Authorization: Basic", request, StringComparison.Ordinal));
        Assert.DoesNotContain("Authorization", elsewhere.Requests.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    public async Task Only_the_content_that_was_promised_is_taken(string algorithm)
    {
        _server.Serve("/f", "hello");
        var hash = algorithm == "sha256" ? SHA256.HashData("hello"u8) : SHA512.HashData("hello"u8);
        var right = Digest.Parse($"{algorithm}:{Convert.ToHexStringLower(hash)}");
        hash[0] ^= 1;
        var wrong = Digest.Parse($"{algorithm}:{Convert.ToHexStringLower(hash)}");
        using var fetcher = Fetcher();
        await fetcher.DownloadAsync($"{_server.Address}/f", right, default);
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => fetcher.DownloadAsync($"{_server.Address}/f", wrong, default));
        Assert.Equal($"unexpected response digest for \"{_server.Address}/f\": {right}, want {wrong}", error.Message);
    }

    [Fact]
    public async Task A_transfer_that_breaks_off_is_tried_again()
    {
        _server.AnswerInTurn("/f", ("200 OK", "hel"u8.ToArray(), ["Content-Length: 5"]), ("200 OK", "hello"u8.ToArray(), ["Content-Length: 5"]));
        using var fetcher = Fetcher();
        Assert.Equal("hello", await File.ReadAllTextAsync((await fetcher.DownloadAsync($"{_server.Address}/f", null, default)).Path));
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task One_that_always_breaks_off_is_an_error_after_the_last_attempt()
    {
        _server.Answer("/f", "200 OK", "hel"u8.ToArray(), "Content-Length: 5");
        using var fetcher = Fetcher(retries: 2);
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => fetcher.DownloadAsync($"{_server.Address}/f", null, default));
        Assert.Equal($"fetching {_server.Address}/f: the transfer broke off", error.Message);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task A_refusal_is_told_at_once()
    {
        using var fetcher = Fetcher();
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => fetcher.DownloadAsync($"{_server.Address}/none", null, default));
        Assert.Equal($"fetching {_server.Address}/none: invalid response status 404", error.Message);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_file_that_cannot_fit_is_not_begun()
    {
        _server.Answer("/f", "200 OK", [], $"Content-Length: {long.MaxValue}");
        using var fetcher = Fetcher();
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => fetcher.DownloadAsync($"{_server.Address}/f", null, default));
        Assert.Contains($"{long.MaxValue} bytes do not fit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_address_s_user_is_who_asks_and_is_not_told()
    {
        var address = _server.Address.Replace("//", "//me:secret@", StringComparison.Ordinal);
        using var fetcher = Fetcher();
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => fetcher.DownloadAsync($"{address}/f", null, default));
        Assert.Contains($"Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes("me:secret"))}", _server.Requests[0], StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_is_asked_where_the_environment_names_one()
    {
        _server.Serve("http://elsewhere.test/f", "through");
        using var fetcher = new Fetcher(Options() with { Environment = new Dictionary<string, string> { ["http_proxy"] = _server.Address } });
        Assert.Equal("through", await File.ReadAllTextAsync((await fetcher.DownloadAsync("http://elsewhere.test/f", null, default)).Path));
    }

    [Fact]
    public async Task A_server_has_to_be_vouched_for_unless_the_user_says_otherwise()
    {
        using var certificate = LoopbackCertificate.Make();
        using var secure = new TemporaryWebServer(certificate);
        secure.Serve("/f", "safe");
        await Assert.ThrowsAsync<BuildSharpException>(() => FetchAsync(Options()));
        await FetchAsync(Options() with { TlsVerify = false });
        File.WriteAllText(Path.Combine(_temporary.MakeDirectory("certificates"), "ours.crt"), certificate.ExportCertificatePem());
        await FetchAsync(Options() with { CertificateDirectory = _temporary["certificates"] });

        async Task FetchAsync(FetchOptions options)
        {
            using var fetcher = new Fetcher(options);
            Assert.Equal("safe", await File.ReadAllTextAsync((await fetcher.DownloadAsync($"{secure.Address}/f", null, default)).Path));
        }
    }

    [Fact]
    public async Task Nothing_is_left_when_the_fetcher_goes()
    {
        _server.Serve("/f", "x");
        using (var fetcher = Fetcher())
        {
            await fetcher.DownloadAsync($"{_server.Address}/f", null, default);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(_temporary.Path));
    }

    private Fetcher Fetcher(int retries = 3) => new(Options() with { Retries = retries });

    private FetchOptions Options() => new() { TemporaryDirectory = _temporary.Path, RetryDelay = TimeSpan.Zero };
}
