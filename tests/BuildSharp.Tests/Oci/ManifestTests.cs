using System.Text;
using BuildSharp.Oci;

namespace BuildSharp.Tests.Oci;

public class ManifestTests
{
    private const string Blob = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    // As buildah 1.28 and skopeo 1.9 write them.
    private const string OciManifest =
        $$$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{{{Blob}}}}","size":2064},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{{{Blob}}}}","size":149}],"annotations":{"org.opencontainers.image.base.digest":"","org.opencontainers.image.base.name":"a\u003cb"}}""";

    private const string DockerManifest =
        $$$$"""{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":3010,"digest":"{{{{Blob}}}}"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":149,"digest":"{{{{Blob}}}}"}]}""";

    private const string LayoutIndex =
        $$$$"""{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{{{Blob}}}}","size":500,"annotations":{"org.opencontainers.image.ref.name":"x"}}]}""";

    private const string DockerList =
        $$$$"""{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":5,"digest":"{{{{Blob}}}}","platform":{"architecture":"arm","os":"linux","variant":"v7"}}]}""";

    [Theory]
    [InlineData(OciManifest)]
    [InlineData(DockerManifest)]
    public void A_manifest_read_and_written_is_the_same_bytes(string json) =>
        Assert.Equal(json, Text(ImageManifest.Parse(Bytes(json)).ToJson()));

    [Theory]
    [InlineData(LayoutIndex)]
    [InlineData(DockerList)]
    public void An_index_read_and_written_is_the_same_bytes(string json) =>
        Assert.Equal(json, Text(ImageIndex.Parse(Bytes(json)).ToJson()));

    [Fact]
    public void Changing_the_media_type_changes_the_family()
    {
        var docker = ImageManifest.Parse(Bytes(OciManifest)) with { MediaType = MediaType.DockerManifest };

        Assert.DoesNotContain("annotations", Text(docker.ToJson()), StringComparison.Ordinal);
        Assert.Contains("\"size\":2064,\"digest\"", Text(docker.ToJson()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"config":{},"layers":[],"manifests":[]}""", "manifests")]
    [InlineData("""{"schemaVersion":2,"config":{},"layers":[],"fsLayers":[]}""", "fsLayers")]
    [InlineData("""{"schemaVersion":2,"config":{},"layers":[],"HISTORY":[]}""", "history")]
    [InlineData("""{"schemaVersion":2,"config":{},"layers":[],"Layers":[]}""", "different case")]
    [InlineData("""{"schemaVersion":2,"config":{},"layers":[],"layers":[]}""", "twice")]
    [InlineData("""{"schemaVersion":2,"config":{},"layers":[]} x""", "JSON")]
    [InlineData("""{"schemaVersion":2,"layers":[]}""", "config")]
    [InlineData("""{"schemaVersion":1,"fsLayers":[],"history":[]}""", "schema 1")]
    [InlineData("""[]""", "object")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:e3b0","Digest":"sha256:c188","size":1},"layers":[]}""", "in case alone")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"md5:abc","size":1},"layers":[]}""", "digest")]
    [InlineData("""{"schemaVersion":2,"config":{"digest":"sha256:../../x","size":1},"layers":[]}""", "digest")]
    [InlineData("""{"schemaVersion":2,"config":5,"layers":[]}""", "config")]
    [InlineData("""{"schemaVersion":2,"mediaType":"\ud800","config":{},"layers":[]}""", "escape")]
    public void A_doubtful_manifest_is_refused(string json, string reason)
    {
        var error = Assert.Throws<BuildSharpException>(() => ImageManifest.Parse(Bytes(json)));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_with_layers_is_refused() =>
        Assert.Throws<BuildSharpException>(
            () => ImageIndex.Parse("""{"schemaVersion":2,"manifests":[],"layers":[]}"""u8, MediaType.OciIndex));

    [Fact]
    public void A_manifest_announced_as_another_type_is_refused()
    {
        var error = Assert.Throws<BuildSharpException>(() => ImageManifest.Parse(Bytes(OciManifest), MediaType.DockerManifest));

        Assert.Contains(MediaType.DockerManifest, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_that_is_too_deep_or_too_large_or_not_utf8_is_refused()
    {
        var deep = $$$$"""{"schemaVersion":2,"x":{{{{new string('[', 100)}}}}{{{{new string(']', 100)}}}}}""";
        Assert.Throws<BuildSharpException>(() => ImageManifest.Parse(Bytes(deep)));
        Assert.Throws<BuildSharpException>(() => ImageManifest.Parse(new byte[(4 << 20) + 1]));
        Assert.Throws<BuildSharpException>(() => ImageManifest.Parse([.. "{\"a\":\""u8, 0xff, .. "\"}"u8]));
    }

    [Theory]
    [InlineData(1000, 10_000, true)]
    [InlineData(1001, 10_001, false)]
    public void More_layers_or_images_than_anybody_has_are_refused(int layers, int images, bool isRead)
    {
        var descriptor = $$"""{"mediaType":"{{MediaType.OciLayer}}","digest":"sha256:{{new string('a', 64)}}","size":1}""";
        var manifest = Bytes($$"""{"schemaVersion":2,"config":{{descriptor}},"layers":[{{string.Join(',', Enumerable.Repeat(descriptor, layers))}}]}""");
        var index = Bytes($$"""{"schemaVersion":2,"manifests":[{{string.Join(',', Enumerable.Repeat(descriptor, images))}}]}""");
        Assert.Equal(isRead, Record.Exception(() => ImageManifest.Parse(manifest)) is null);
        Assert.Equal(isRead, Record.Exception(() => ImageIndex.Parse(index, MediaType.OciIndex)) is null);
    }

    [Theory]
    [InlineData(OciManifest, MediaType.OciManifest)]
    [InlineData(DockerManifest, MediaType.DockerManifest)]
    [InlineData(LayoutIndex, MediaType.OciIndex)]
    [InlineData(DockerList, MediaType.DockerManifestList)]
    [InlineData("""{"schemaVersion":2,"config":{"mediaType":"application/vnd.docker.container.image.v1+json"}}""", MediaType.DockerManifest)]
    [InlineData("""{"schemaVersion":2,"config":{},"layers":[]}""", MediaType.OciManifest)]
    [InlineData("""{"schemaVersion":1,"signatures":[]}""", MediaType.DockerSchema1Signed)]
    public void The_type_is_told_from_the_content(string json, string type) => Assert.Equal(type, ManifestBlob.GuessMediaType(Bytes(json)));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
