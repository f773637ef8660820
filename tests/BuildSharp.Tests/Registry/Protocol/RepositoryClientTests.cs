using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using BuildSharp.Oci;
using BuildSharp.Registry;
using BuildSharp.Registry.Credentials;
using BuildSharp.Registry.Protocol;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Registry.Protocol;

/// <summary>The client against a server that answers byte by byte what a test says, also what no registry should.</summary>
public sealed class RepositoryClientTests : IDisposable
{
    private const string Manifest = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[]}""";
    private const string Type = "Content-Type: " + MediaType.OciManifest;

    private static readonly byte[] Blob = RandomNumberGenerator.GetBytes(3_000_000);
    private static readonly Descriptor BlobDescriptor = new() { MediaType = MediaType.OciLayer, Digest = Digest.Sha256(Blob), Size = Blob.Length };
    private static readonly string BlobPath = $"/v2/team/app/blobs/{BlobDescriptor.Digest}";

    private readonly TemporaryWebServer _server = new();
    private readonly ConcurrentQueue<string> _said = new();

    public RepositoryClientTests() => _server.Serve("/v2/", "{}");

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task A_manifest_keeps_its_bytes_and_gets_the_type_that_the_registry_states()
    {
        _server.Serve("/v2/team/app/manifests/1", Manifest, Type + "; charset=utf-8");
        var manifest = await ReadAsync("1");
        Assert.Equal(Manifest, Encoding.UTF8.GetString(manifest.Bytes.Span));
        Assert.Equal(MediaType.OciManifest, manifest.MediaType);
        Assert.Contains("application/vnd.docker.distribution.manifest.list.v2+json", _server.Requests[^1]);
        Assert.Contains("User-Agent: buildsharp/", _server.Requests[^1]);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    public async Task A_type_that_says_nothing_is_found_from_the_content(string type)
    {
        _server.Serve("/v2/team/app/manifests/1", Manifest, "Content-Type: " + type);
        Assert.Equal(MediaType.OciManifest, (await ReadAsync("1")).MediaType);
    }

    [Fact]
    public async Task A_manifest_that_does_not_have_its_digest_is_refused()
    {
        var wanted = Digest.Sha256("other"u8);
        _server.Serve($"/v2/team/app/manifests/{wanted}", Manifest, Type);
        using var client = Client();
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => client.GetManifestAsync(null, wanted, default));
        Assert.Contains($"got {Digest.Sha256(Encoding.UTF8.GetBytes(Manifest))}", error.Message);
    }

    [Fact]
    public async Task A_manifest_without_end_is_refused()
    {
        _server.Answer("/v2/team/app/manifests/1", "200 OK", new byte[(4 << 20) + 1], Type);
        Assert.Contains("is larger than", (await Assert.ThrowsAsync<BuildSharpException>(() => ReadAsync("1"))).Message);
        _server.Answer("/v2/team/app/manifests/2", "200 OK", [], Type, "Content-Length: 5000000");
        Assert.Contains("5,000,000 bytes", (await Assert.ThrowsAsync<BuildSharpException>(() => ReadAsync("2"))).Message);
    }

    [Theory]
    [InlineData("429 Too Many Requests", "Retry-After: 0")]
    [InlineData("429 Too Many Requests", "Retry-After: Thu, 01 Jan 2015 00:00:00 GMT")]
    [InlineData("500 Internal Server Error", "X: y")]
    [InlineData("503 Service Unavailable", "X: y")]
    public async Task A_passing_refusal_is_waited_for(string status, string header)
    {
        var refusal = (status, Array.Empty<byte>(), new[] { header, "Content-Length: 0" });
        _server.AnswerInTurn("/v2/team/app/manifests/1", refusal, refusal, ("200 OK", Encoding.UTF8.GetBytes(Manifest), [Type]));
        Assert.Equal(MediaType.OciManifest, (await ReadAsync("1")).MediaType);
    }

    [Fact]
    public async Task A_lasting_refusal_tells_status_and_code_and_may_be_tried_later()
    {
        _server.Answer("/v2/team/app/manifests/1", "503 Service Unavailable", """{"errors":[{"code":"UNAVAILABLE","message":"gone \u001b[31mfishing"}]}"""u8.ToArray());
        var error = await Assert.ThrowsAsync<RegistryException>(() => ReadAsync("1"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (error.Status, error.IsTransient));
        Assert.Equal($"reading manifest 1 in {Host}/team/app: the registry refuses (503, UNAVAILABLE): gone  [31mfishing", error.Message);
        Assert.Equal(3, _server.Requests.Count(request => request.Contains("/manifests/1")));
    }

    [Fact]
    public async Task A_missing_manifest_is_asked_for_once()
    {
        _server.Answer("/v2/team/app/manifests/1", "404 Not Found", """{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{}}]}"""u8.ToArray());
        var error = await Assert.ThrowsAsync<RegistryException>(() => ReadAsync("1"));
        Assert.Equal($"reading manifest 1 in {Host}/team/app: manifest unknown (404, MANIFEST_UNKNOWN)", error.Message);
        Assert.False(error.IsTransient);
        Assert.Single(_server.Requests, request => request.Contains("/manifests/1"));
    }

    [Fact]
    public async Task A_server_that_is_no_registry_is_named()
    {
        _server.Answer("/v2/", "418 Teapot", "<html>"u8.ToArray());
        Assert.Equal($"pinging container registry {Host}: the registry refuses (418)", (await Assert.ThrowsAsync<RegistryException>(() => ReadAsync("1"))).Message);
    }

    [Fact]
    public async Task HTTP_is_used_only_where_the_endpoint_is_insecure()
    {
        using var client = new RepositoryClient(new RegistryEndpoint(Host, "team/app"), new RegistryClientOptions());
        var error = await Assert.ThrowsAsync<RegistryException>(() => client.GetManifestAsync("1", null, default));
        Assert.Contains("pinging container registry", error.Message);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task Basic_credentials_are_sent_after_the_challenge_and_not_to_another_host()
    {
        using var storage = new TemporaryWebServer();
        storage.Serve("/blob?signature=s3cret", Blob);
        using var server = new TemporaryWebServer { Password = "me:pass" };
        server.Serve("/v2/", "{}");
        server.Redirect(BlobPath, storage.Address + "/blob?signature=s3cret");
        using var client = Client(new Uri(server.Address).Authority, new RegistryLogin("me", "pass"));
        Assert.Equal(Blob, await BytesOf(await client.OpenBlobAsync(BlobDescriptor, default)));
        Assert.DoesNotContain("Authorization", server.Requests[0]);
        Assert.Contains("Authorization: Basic", server.Requests[^1]);
        Assert.DoesNotContain("Authorization", Assert.Single(storage.Requests));
        Assert.DoesNotContain("pass", string.Join('\n', _said));
        Assert.DoesNotContain("s3cret", string.Join('\n', _said));
    }

    [Fact]
    public async Task A_wrong_password_is_told_without_repeating_it()
    {
        using var server = new TemporaryWebServer { Password = "me:right" };
        using var client = Client(new Uri(server.Address).Authority, new RegistryLogin("me", "wr0ng"));
        var error = await Assert.ThrowsAsync<RegistryException>(() => client.GetManifestAsync("1", null, default));
        Assert.Contains("the credentials are not accepted (401)", error.Message);
        Assert.DoesNotContain("wr0ng", error.Message + string.Join('\n', _said));
    }

    [Fact]
    public async Task A_token_is_fetched_once_for_all_requests_of_a_repository_and_renewed_once_when_refused()
    {
        using var auth = new TemporaryWebServer();
        var challenge = $"WWW-Authenticate: Bearer realm=\"{auth.Address}/token\",service=\"reg\"";
        var refusal = ("401 Unauthorized", Array.Empty<byte>(), new[] { challenge, "Content-Length: 0" });
        auth.AnswerInTurn(
            "/token?account=me&service=reg&scope=repository%3Ateam%2Fapp%3Apull",
            ("200 OK", """{"token":"first"}"""u8.ToArray(), []),
            ("200 OK", """{"token":"second"}"""u8.ToArray(), []));
        _server.AnswerInTurn("/v2/", refusal);
        _server.Serve("/v2/team/app/manifests/1", Manifest, Type);
        _server.AnswerInTurn("/v2/team/app/manifests/2", refusal, ("200 OK", Encoding.UTF8.GetBytes(Manifest), [Type]));
        _server.AnswerInTurn("/v2/team/app/manifests/3", refusal);
        using var client = Client(Host, new RegistryLogin("me", "pass"));
        await Task.WhenAll(client.GetManifestAsync("1", null, default), client.GetManifestAsync("1", null, default));
        Assert.Single(auth.Requests);
        await client.GetManifestAsync("2", null, default);
        Assert.Equal(2, auth.Requests.Count);
        Assert.Contains("Bearer second", _server.Requests[^1]);
        Assert.Contains("Authorization: Basic", auth.Requests[0]);
        Assert.DoesNotContain("Basic", string.Concat(_server.Requests));
        await Assert.ThrowsAsync<RegistryException>(() => client.GetManifestAsync("3", null, default));
        Assert.DoesNotContain("second", string.Join('\n', _said));
    }

    [Fact]
    public async Task A_token_or_an_error_without_end_is_not_read_to_it()
    {
        using var auth = new TemporaryWebServer();
        auth.Serve("/token?scope=repository%3Ateam%2Fapp%3Apull", $"{{\"token\":\"{new string('a', 2_000_000)}\"}}");
        _server.AnswerInTurn("/v2/", ("401 Unauthorized", [], [$"WWW-Authenticate: Bearer realm=\"{auth.Address}/token\"", "Content-Length: 0"]));
        using var client = Client(Host);
        Assert.Contains("token of ", (await Assert.ThrowsAsync<BuildSharpException>(() => client.GetManifestAsync("1", null, default))).Message);
        Assert.Single(auth.Requests);

        using var open = new TemporaryWebServer();
        open.Serve("/v2/", "{}");
        open.Answer("/v2/team/app/manifests/1", "403 Forbidden", Encoding.UTF8.GetBytes($"{{\"errors\":[{{\"message\":\"{new string('a', 3_000_000)}\"}}]}}"));
        using var other = Client(new Uri(open.Address).Authority);
        Assert.InRange((await Assert.ThrowsAsync<RegistryException>(() => other.GetManifestAsync("1", null, default))).Message.Length, 1, 2000);
    }

    [Fact]
    public async Task An_identity_token_is_posted_and_never_sent_to_the_registry()
    {
        using var auth = new TemporaryWebServer();
        auth.Serve("/token", """{"access_token":"granted"}""");
        _server.AnswerInTurn("/v2/", ("401 Unauthorized", [], [$"WWW-Authenticate: Bearer realm=\"{auth.Address}/token\"", "Content-Length: 0"]));
        _server.Serve("/v2/team/app/manifests/1", Manifest, Type);
        using var client = Client(Host, new RegistryLogin("", "", "identity"));
        await client.GetManifestAsync("1", null, default);
        Assert.StartsWith("POST /token ", Assert.Single(auth.Requests));
        Assert.Contains("Bearer granted", _server.Requests[^1]);
        Assert.DoesNotContain("identity", string.Join('\n', _said).Replace("identity token", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_broken_blob_is_continued_where_it_broke()
    {
        _server.AnswerInTurn(
            BlobPath,
            ("200 OK", Blob[..1_000_000], [$"Content-Length: {Blob.Length}"]),
            ("206 Partial Content", Blob[1_000_000..2_500_000], ["Content-Length: 2000000", $"Content-Range: bytes 1000000-2999999/{Blob.Length}"]),
            ("206 Partial Content", Blob[2_500_000..], ["Content-Length: 500000", $"Content-Range: bytes 2500000-2999999/{Blob.Length}"]));
        Assert.Equal(Blob, await ReadBlobAsync());
        Assert.Contains("Range: bytes=1000000-", _server.Requests[^2]);
        Assert.Contains("Range: bytes=2500000-", _server.Requests[^1]);
    }

    [Fact]
    public async Task A_registry_that_ignores_ranges_sends_the_beginning_again()
    {
        _server.AnswerInTurn(
            BlobPath, ("200 OK", Blob[..1_000_000], [$"Content-Length: {Blob.Length}"]), ("200 OK", Blob, [$"Content-Length: {Blob.Length}"]));
        Assert.Equal(Blob, await ReadBlobAsync());
    }

    [Fact]
    public async Task Another_range_than_the_one_asked_for_is_refused()
    {
        _server.AnswerInTurn(
            BlobPath,
            ("200 OK", Blob[..1_000_000], [$"Content-Length: {Blob.Length}"]),
            ("206 Partial Content", Blob[999_999..], ["Content-Length: 2000001", $"Content-Range: bytes 999999-2999999/{Blob.Length}"]));
        Assert.Contains("asked for bytes 1000000 to 2999999", (await Assert.ThrowsAsync<BuildSharpException>(ReadBlobAsync)).Message);
    }

    [Fact]
    public async Task A_blob_that_never_gets_further_is_given_up()
    {
        _server.Answer(BlobPath, "200 OK", Blob[..1_000_000], $"Content-Length: {Blob.Length}");
        var error = await Assert.ThrowsAsync<RegistryException>(ReadBlobAsync);
        Assert.Contains("1,000,000 of 3,000,000 bytes: the transfer broke off", error.Message);
        Assert.True(error.IsTransient);
    }

    [Fact]
    public async Task A_blob_of_wrong_bytes_is_refused()
    {
        _server.Serve(BlobPath, [.. Blob[..^1], (byte)(Blob[^1] ^ 1)]);
        Assert.Contains($"expected {BlobDescriptor.Digest}", (await Assert.ThrowsAsync<BuildSharpException>(ReadBlobAsync)).Message);
    }

    [Theory]
    [InlineData(2_999_999)]
    [InlineData(3_000_001)]
    public async Task A_blob_of_wrong_length_is_refused_before_its_content(int length)
    {
        _server.Answer(BlobPath, "200 OK", [], $"Content-Length: {length}");
        Assert.Contains($"it has {length:N0} bytes, the manifest says 3,000,000", (await Assert.ThrowsAsync<BuildSharpException>(ReadBlobAsync)).Message);
    }

    [Fact]
    public async Task A_blob_without_end_is_refused_at_its_size()
    {
        _server.Answer(BlobPath, "200 OK", [.. Blob, .. Blob]);
        Assert.Contains("longer than the 3000000 bytes", (await Assert.ThrowsAsync<BuildSharpException>(ReadBlobAsync)).Message);
    }

    [Fact]
    public async Task A_blob_that_the_server_encodes_is_refused()
    {
        _server.Serve(BlobPath, Blob, "Content-Encoding: gzip");
        Assert.Contains("encoded as gzip", (await Assert.ThrowsAsync<BuildSharpException>(ReadBlobAsync)).Message);
    }

    [Fact]
    public async Task A_warning_of_the_registry_is_told_once()
    {
        _server.Serve("/v2/team/app/manifests/1", Manifest, Type, "Warning: 299 - \"going \u001b away\"");
        var warnings = new Recorder(new ConcurrentQueue<string>());
        using var client = new RepositoryClient(
            new RegistryEndpoint(Host, "team/app") { Insecure = true }, new RegistryClientOptions { Warnings = warnings });
        await client.GetManifestAsync("1", null, default);
        await client.GetManifestAsync("1", null, default);
        Assert.StartsWith($"{Host} says: \"going", Assert.Single(warnings.Lines));
        Assert.DoesNotContain('\u001b', warnings.Lines.First());
    }

    [Fact]
    public async Task A_tag_is_looked_up_without_reading_the_manifest()
    {
        var digest = Digest.Sha256("m"u8);
        _server.Answer("/v2/team/app/manifests/1", "200 OK", [], Type, "Content-Length: 100", $"Docker-Content-Digest: {digest}");
        _server.Answer("/v2/team/app/manifests/2", "404 Not Found", [], "Content-Length: 0");
        using var client = Client();
        Assert.Equal(digest, await client.FindDigestAsync("1", default));
        Assert.StartsWith("HEAD ", _server.Requests[^1]);
        Assert.Null(await client.FindDigestAsync("2", default));
    }

    private string Host => new Uri(_server.Address).Authority;

    private async Task<ManifestBlob> ReadAsync(string tag)
    {
        using var client = Client();
        return await client.GetManifestAsync(tag, null, default);
    }

    private async Task<byte[]> ReadBlobAsync()
    {
        using var client = Client();
        return await BytesOf(await client.OpenBlobAsync(BlobDescriptor, default));
    }

    private static async Task<byte[]> BytesOf(Stream stream)
    {
        await using (stream)
        {
            var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }

    private RepositoryClient Client(string? host = null, RegistryLogin? login = null) => new(
        new RegistryEndpoint(host ?? Host, "team/app") { Insecure = true },
        new RegistryClientOptions
        {
            RetryDelay = TimeSpan.Zero,
            Credentials = login is null ? null : new OneLogin(login),
            Debug = new Recorder(_said),
            Warnings = new Recorder(_said),
        });

    private sealed class OneLogin(RegistryLogin login) : ICredentialSource
    {
        public ValueTask<RegistryLogin?> FindAsync(string key, CancellationToken cancellationToken)
        {
            Assert.EndsWith("/team/app", key);
            return ValueTask.FromResult<RegistryLogin?>(login);
        }
    }

    private sealed class Recorder(ConcurrentQueue<string> lines) : IProgress<string>
    {
        public IReadOnlyCollection<string> Lines => lines;

        public void Report(string value) => lines.Enqueue(value);
    }
}
