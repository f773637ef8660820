using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Testing;
using BuildSharp.Transports;

namespace BuildSharp.Tests.Transports;

public sealed class CopyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("oci:{0}/out:a/b:1")]
    [InlineData("oci-archive:{0}/out.tar:a/b:1")]
    [InlineData("dir:{0}/out")]
    public async Task An_image_that_fits_arrives_with_the_same_manifest(string place)
    {
        var image = SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one", "two", "three", "one");

        var result = await CopyAsync(image, place);

        Assert.Equal(image.Manifest.Digest, result.Manifest.Digest);
        await using var source = await OpenAsync(place);
        Assert.Equal(image.Manifest.Bytes.ToArray(), (await source.GetManifestAsync(null, default)).Bytes.ToArray());
        await ReadAllAsync(source);
    }

    [Theory]
    [InlineData(CompressionKind.None)]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    public async Task A_docker_archive_holds_plain_layers_and_the_same_config(CompressionKind kind)
    {
        var image = SampleImage.Make(MediaType.OciManifest, kind, "one", "two", "one");

        var result = await CopyAsync(image, "docker-archive:{0}/a.tar:ex.com/x:1");

        await using var source = await OpenAsync("docker-archive:{0}/a.tar:ex.com/x:1");
        Assert.Equal(["ex.com/x:1"], source.SuggestedNames);
        var manifest = ImageManifest.Parse((await source.GetManifestAsync(null, default)).Bytes.Span);
        Assert.Equal(image.Config.DiffIds, manifest.Layers.Select(layer => new DiffId(layer.Digest)));
        Assert.Equal(ImageManifest.Parse(image.Manifest.Bytes.Span).Config.Digest, result.ConfigDigest);
        await ReadAllAsync(source);
    }

    [Theory]
    [InlineData("", null, "")]
    [InlineData(":ex.com/x:1", null, "ex.com/x:1")]
    [InlineData("", "localhost/made:2", "localhost/made:2")]
    [InlineData(":ex.com/x:1", "localhost/made:2", "ex.com/x:1 localhost/made:2")]
    [InlineData(":localhost/made:2", "localhost/made:2", "localhost/made:2")]
    public async Task A_docker_archive_has_the_name_given_and_the_one_the_image_came_with(string given, string? own, string names)
    {
        var image = SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one");
        var context = Context with { SourceName = own is null ? null : Reference.Parse(own) };
        await using (var destination = await Location("docker-archive:{0}/a.tar" + given).OpenDestinationAsync(context, default))
        {
            await new ImageCopier().CopyAsync(image, destination, new CopyOptions());
        }

        await using var source = await OpenAsync("docker-archive:{0}/a.tar");
        Assert.Equal(names, string.Join(' ', source.SuggestedNames));
    }

    [Fact]
    public async Task Plain_layers_are_compressed_unless_they_shall_stay()
    {
        var image = SampleImage.Make(MediaType.OciManifest, CompressionKind.None, "one");

        var layout = await CopyAsync(image, "oci:{0}/layout");
        var loose = await CopyAsync(image, "dir:{0}/loose");
        var kept = await CopyAsync(image, "oci:{0}/kept", new CopyOptions { KeepPlain = true });
        var looseKept = await CopyAsync(image, "dir:{0}/loose-kept", new CopyOptions { KeepPlain = true });

        Assert.Equal(MediaType.OciLayerGzip, Layers(layout)[0].MediaType);
        Assert.Equal(MediaType.OciLayerGzip, Layers(loose)[0].MediaType);
        Assert.Equal(image.Manifest.Digest, kept.Manifest.Digest);
        Assert.Equal(image.Manifest.Digest, looseKept.Manifest.Digest);
    }

    [Fact]
    public async Task A_docker_image_becomes_an_oci_image_for_a_layout()
    {
        var image = SampleImage.Make(MediaType.DockerManifest, CompressionKind.Gzip, "one");

        var result = await CopyAsync(image, "oci:{0}/layout:x");

        Assert.Equal(MediaType.OciManifest, result.Manifest.MediaType);
        Assert.Equal(Digest.Sha256(image.Config.ToOciJson()), result.ConfigDigest);
        Assert.Equal(MediaType.OciLayerGzip, Layers(result)[0].MediaType);
        await using var source = await OpenAsync("oci:{0}/layout:x");
        await ReadAllAsync(source);
    }

    [Fact]
    public async Task An_oci_image_becomes_a_docker_image_with_the_same_config_bytes()
    {
        var image = SampleImage.Make(MediaType.OciManifest, CompressionKind.Zstd, "one");

        var result = await CopyAsync(image, "dir:{0}/d", new CopyOptions { Format = MediaType.DockerManifest });

        var manifest = ImageManifest.Parse(result.Manifest.Bytes.Span);
        Assert.Equal(MediaType.DockerConfig, manifest.Config.MediaType);
        Assert.Equal(ImageManifest.Parse(image.Manifest.Bytes.Span).Config.Digest, manifest.Config.Digest);
        Assert.Equal(MediaType.DockerLayerGzip, manifest.Layers[0].MediaType);
        await using var source = await OpenAsync("dir:{0}/d");
        await ReadAllAsync(source);
    }

    [Fact]
    public async Task Layers_are_recompressed_on_request()
    {
        var image = SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one");

        var zstd = await CopyAsync(image, "oci:{0}/a", new CopyOptions { Compression = CompressionKind.Zstd });
        var plain = await CopyAsync(image, "dir:{0}/b", new CopyOptions { Compression = CompressionKind.None });

        Assert.Equal(MediaType.OciLayerZstd, Layers(zstd)[0].MediaType);
        Assert.Equal(image.Config.DiffIds[0].Value, Layers(plain)[0].Digest);
        var error = await Assert.ThrowsAsync<BuildSharpException>(() => CopyAsync(
            image, "dir:{0}/c", new CopyOptions { Compression = CompressionKind.Zstd, Format = MediaType.DockerManifest }));
        Assert.Contains("zstd", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_layer_leaves_no_image_behind()
    {
        var image = SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one", "two");
        image.Corrupt(ImageManifest.Parse(image.Manifest.Bytes.Span).Layers[1].Digest);

        await Assert.ThrowsAsync<BuildSharpException>(() => CopyAsync(image, "oci:{0}/layout:x"));
        await Assert.ThrowsAsync<BuildSharpException>(() => CopyAsync(image, "docker-archive:{0}/a.tar:x"));

        Assert.False(File.Exists(_directory["layout/index.json"]));
        Assert.Equal(["layout"], Directory.GetFileSystemEntries(_directory.Path).Select(Path.GetFileName));
        Assert.DoesNotContain(Directory.GetFiles(_directory["layout"]), name => Path.GetFileName(name).StartsWith(".blob", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_name_moves_to_the_newer_image_of_a_layout()
    {
        var first = SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one");
        var second = SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "two");
        await CopyAsync(first, "oci:{0}/l:x");
        await CopyAsync(second, "oci:{0}/l:x");
        await CopyAsync(first, "oci:{0}/l:y");

        var index = ImageIndex.Parse(File.ReadAllBytes(_directory["l/index.json"]));

        Assert.Equal(
            [(first.Manifest.Digest, "y"), (second.Manifest.Digest, "x")],
            index.Manifests.Select(entry => (entry.Digest, entry.Annotations["org.opencontainers.image.ref.name"])));
        var error = await Assert.ThrowsAsync<BuildSharpException>(async () => await OpenAsync("oci:{0}/l"));
        Assert.Contains("more than one image", error.Message, StringComparison.Ordinal);
        Assert.Contains("\"y\", \"x\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_images_written_at_once_are_all_in_the_index()
    {
        var images = Enumerable.Range(0, 8).Select(i => SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, $"text {i}")).ToList();

        await Task.WhenAll(images.Select((image, i) => Task.Run(() => CopyAsync(image, $"oci:{{0}}/l:n{i}"))));

        var index = ImageIndex.Parse(File.ReadAllBytes(_directory["l/index.json"]));
        Assert.Equal(8, index.Manifests.Count);
    }

    [Theory]
    [InlineData("dir:{0}/foreign")]
    [InlineData("oci:{0}/foreign")]
    [InlineData("docker-archive:{0}/foreign/file")]
    public async Task Foreign_files_are_not_overwritten(string place)
    {
        _directory.Write("foreign/file", "precious");

        await Assert.ThrowsAsync<BuildSharpException>(
            () => CopyAsync(SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one"), place));

        Assert.Equal("precious", File.ReadAllText(_directory["foreign/file"]));
    }

    [Fact]
    public async Task A_directory_image_is_replaced_as_a_whole()
    {
        await CopyAsync(SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one", "two"), "dir:{0}/d");
        await CopyAsync(SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "three"), "dir:{0}/d");

        // One layer, one config, manifest and version.
        Assert.Equal(4, Directory.GetFiles(_directory["d"]).Length);
        Assert.Equal("Directory Transport Version: 1.1\n", File.ReadAllText(_directory["d/version"]));
    }

    [RequiresTheory(Needs.None, "gzip", "zstd", "xz")]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("xz")]
    public async Task A_compressed_archive_is_read_like_a_plain_one(string tool)
    {
        await CopyAsync(SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one", "two"), "docker-archive:{0}/a.tar:x:1");
        await Tool.Named("sh").RunAsync("-c", $"{tool} -c < {_directory["a.tar"]} > {_directory["a.packed"]}");

        await using var source = await OpenAsync("docker-archive:{0}/a.packed");

        Assert.Equal(["docker.io/library/x:1"], source.SuggestedNames);
        await ReadAllAsync(source);
    }

    private static IReadOnlyList<Descriptor> Layers(CopyResult result) => ImageManifest.Parse(result.Manifest.Bytes.Span).Layers;

    /// <summary>Reads every byte, which verifies it, and checks that the parts fit together.</summary>
    private static async Task ReadAllAsync(IImageSource source)
    {
        var manifest = ImageManifest.Parse((await source.GetManifestAsync(null, default)).Bytes.Span);
        var bytes = new MemoryStream();
        foreach (var blob in manifest.Layers.Append(manifest.Config))
        {
            await using var stream = await source.OpenBlobAsync(blob, default);
            bytes.SetLength(0);
            await stream.CopyToAsync(bytes);
        }

        Assert.Empty(ImageValidator.Check(manifest, bytes.ToArray()));
    }

    private async Task<CopyResult> CopyAsync(IImageSource image, string place, CopyOptions? options = null)
    {
        await using var destination = await Location(place).OpenDestinationAsync(Context, default);
        return await new ImageCopier().CopyAsync(image, destination, options ?? new CopyOptions());
    }

    private ValueTask<IImageSource> OpenAsync(string place) => Location(place).OpenSourceAsync(Context, default);

    private ImageLocation Location(string place) => TransportTable.Parse(place.Replace("{0}", _directory.Path, StringComparison.Ordinal));

    private TransportContext Context => new() { Policy = () => Policies.AcceptAnything, TemporaryDirectory = _directory.Path };
}
