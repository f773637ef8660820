using System.Security.Cryptography;
using BuildSharp.Oci;
using BuildSharp.Registry;
using BuildSharp.Registry.Protocol;
using BuildSharp.Testing;

namespace BuildSharp.Tests.Registry.Protocol;

/// <summary>Lists in pages, deletions, and blobs that are elsewhere, against a server that answers what a test says.</summary>
public sealed class TagsAndForeignBlobsTests : IDisposable
{
    private static readonly byte[] Blob = RandomNumberGenerator.GetBytes(300_000);

    private readonly TemporaryWebServer _server = new();
    private readonly TemporaryWebServer _elsewhere = new();

    public TagsAndForeignBlobsTests() => _server.Serve("/v2/", "{}");

    public void Dispose()
    {
        _server.Dispose();
        _elsewhere.Dispose();
    }

    [Theory]
    [InlineData("</v2/team/app/tags/list?n=2&last=b>; rel=\"next\"")]
    [InlineData("</first>; rel=first, <list?n=2&last=b>;rel=next")]
    public async Task Tags_are_read_from_all_pages(string link)
    {
        _server.Serve("/v2/team/app/tags/list", """{"name":"team/app","tags":["a","b"]}""", "Link: " + link);
        _server.Serve("/v2/team/app/tags/list?n=2&last=b", """{"name":"team/app","tags":["c"]}""");
        using var client = Client();
        Assert.Equal(["a", "b", "c"], await client.ListTagsAsync(default));
    }

    [Fact]
    public async Task A_repository_without_tags_has_none()
    {
        _server.Serve("/v2/team/app/tags/list", """{"name":"team/app","tags":null}""");
        using var client = Client();
        Assert.Empty(await client.ListTagsAsync(default));
    }

    [Theory]
    [InlineData("OTHER/v2/team/app/tags/list?last=b")]
    [InlineData("/v2/team/app/tags/list")]
    public async Task A_page_of_another_server_or_one_that_was_read_is_not_followed(string next)
    {
        _server.Serve("/v2/team/app/tags/list", """{"tags":["a"]}""", $"Link: <{next.Replace("OTHER", _elsewhere.Address, StringComparison.Ordinal)}>; rel=\"next\"");
        using var client = Client();
        Assert.Contains("for the next page, which is not followed", (await Assert.ThrowsAsync<BuildSharpException>(() => client.ListTagsAsync(default))).Message);
        Assert.Empty(_elsewhere.Requests);
    }

    [Fact]
    public async Task A_registry_that_does_not_delete_says_so()
    {
        var manifest = """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[]}"""u8.ToArray();
        var path = $"/v2/team/app/manifests/{Digest.Sha256(manifest)}";
        _server.AnswerInTurn(path, ("200 OK", manifest, ["Content-Type: " + MediaType.OciManifest]), ("405 Method Not Allowed", [], ["Content-Length: 0"]));
        using var client = Client();
        var error = await Assert.ThrowsAsync<RegistryException>(() => client.DeleteManifestAsync(Digest.Sha256(manifest), default));
        Assert.Contains("the registry does not allow deleting (405)", error.Message);
        Assert.StartsWith($"DELETE {path}", _server.Requests[^1]);
    }

    [Fact]
    public async Task A_blob_is_read_at_the_address_that_it_states_without_credentials()
    {
        _elsewhere.Serve("/layer", Blob);
        using var client = Client();
        Assert.Equal(Blob, await ReadAsync(client, $"{_elsewhere.Address}/layer"));
        Assert.DoesNotContain("Authorization", Assert.Single(_elsewhere.Requests));
        Assert.DoesNotContain(_server.Requests, request => request.Contains("/blobs/", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://10.1.2.3/layer")]
    [InlineData("http://user:password@127.0.0.1:1/layer")]
    [InlineData("file:///etc/passwd")]
    [InlineData("ELSEWHERE/gone")]
    public async Task A_blob_that_cannot_be_read_there_is_read_in_the_registry(string address)
    {
        _elsewhere.Answer("/gone", "404 Not Found", [], "Content-Length: 0");
        _server.Serve($"/v2/team/app/blobs/{Digest.Sha256(Blob)}", Blob);
        using var client = Client();
        Assert.Equal(Blob, await ReadAsync(client, address.Replace("ELSEWHERE", _elsewhere.Address, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_blob_with_other_bytes_there_is_refused()
    {
        var other = (byte[])Blob.Clone();
        other[5] ^= 1;
        _elsewhere.Serve("/layer", other);
        using var client = Client();
        await Assert.ThrowsAsync<BuildSharpException>(() => ReadAsync(client, $"{_elsewhere.Address}/layer"));
    }

    private static async Task<byte[]> ReadAsync(RepositoryClient client, string address)
    {
        var blob = new Descriptor { MediaType = MediaType.OciLayerNondistributable, Digest = Digest.Sha256(Blob), Size = Blob.Length, Urls = [address] };
        using var stream = await client.OpenBlobAsync(blob, default);
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private RepositoryClient Client() => new(
        new RegistryEndpoint(_server.Address["http://".Length..], "team/app") { Insecure = true }, new RegistryClientOptions { Retries = false });
}
