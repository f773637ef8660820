using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Testing;
using BuildSharp.Transports;

namespace BuildSharp.Tests.Transports;

/// <summary>What we write is read by tools we did not write, and the other way round.</summary>
public sealed class InteropTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresTheory(Needs.None, "skopeo")]
    [InlineData("oci:{0}/x:n")]
    [InlineData("oci-archive:{0}/x.tar:n")]
    [InlineData("docker-archive:{0}/x.tar:ex.com/n:1")]
    [InlineData("dir:{0}/x")]
    public async Task Skopeo_reads_what_we_write_and_we_read_what_it_writes(string place)
    {
        var image = SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one", "two");
        var written = await CopyAsync(image, place);

        await Skopeo("copy", Place(place), $"oci:{_directory["back"]}:n");
        await Skopeo("copy", $"oci:{_directory["back"]}:n", Place(place.Replace("/x", "/y", StringComparison.Ordinal)));

        await using var source = await TransportTable.Parse(Place(place.Replace("/x", "/y", StringComparison.Ordinal))).OpenSourceAsync(Context, default);
        var manifest = ImageManifest.Parse((await source.GetManifestAsync(null, default)).Bytes.Span);
        var copied = await CopyAsync(source, "dir:{0}/last");
        Assert.Equal(2, manifest.Layers.Count);
        if (!place.StartsWith("docker-archive", StringComparison.Ordinal))
        {
            Assert.Equal(written.Manifest.Digest, copied.Manifest.Digest);
        }
    }

    [RequiresFact(Needs.None, "skopeo")]
    public async Task Our_docker_archive_is_the_bytes_of_skopeos()
    {
        var image = SampleImage.Make(MediaType.DockerManifest, CompressionKind.Gzip, "one", "two", "one");
        await CopyAsync(image, "dir:{0}/d");
        await CopyAsync(image, "docker-archive:{0}/ours.tar:ex.com/n:1");

        await Skopeo("copy", $"dir:{_directory["d"]}", $"docker-archive:{_directory["theirs.tar"]}:ex.com/n:1");

        Assert.Equal(await ListAsync("theirs.tar"), await ListAsync("ours.tar"));
    }

    [RequiresFact(Needs.Root, "umoci")]
    public async Task Umoci_unpacks_our_layout()
    {
        await CopyAsync(SampleImage.Make(MediaType.OciManifest, CompressionKind.None, "one", "two"), "oci:{0}/x:n");

        await Tool.Named("umoci").RunAsync("unpack", "--image", $"{_directory["x"]}:n", _directory["bundle"]);

        Assert.Equal("two", File.ReadAllText(_directory["bundle/rootfs/file-1"]));
    }

    [RequiresFact(Needs.Root, "umoci")]
    public async Task We_read_umocis_layout_without_media_types()
    {
        await Tool.Named("umoci").RunAsync("init", "--layout", _directory["u"]);
        await Tool.Named("umoci").RunAsync("new", "--image", $"{_directory["u"]}:x");

        await using var source = await TransportTable.Parse($"oci:{_directory["u"]}:x").OpenSourceAsync(Context, default);
        var result = await CopyAsync(source, "oci:{0}/copy:x");

        Assert.Equal(["docker.io/library/x:latest"], source.SuggestedNames);
        Assert.Equal(MediaType.OciManifest, result.Manifest.MediaType);
    }

    [RequiresFact(Needs.None, "skopeo")]
    public async Task Converting_to_oci_gives_the_config_that_skopeo_gives()
    {
        await CopyAsync(SampleImage.Make(MediaType.DockerManifest, CompressionKind.Gzip, "one"), "dir:{0}/d");
        await Skopeo("copy", $"dir:{_directory["d"]}", $"oci:{_directory["theirs"]}:x");
        await using var source = await TransportTable.Parse($"dir:{_directory["d"]}").OpenSourceAsync(Context, default);

        var ours = await CopyAsync(source, "oci:{0}/ours:x");

        var index = ImageIndex.Parse(File.ReadAllBytes(_directory["theirs/index.json"]));
        Assert.Equal(index.Manifests[0].Digest, ours.Manifest.Digest);
    }

    private static async Task Skopeo(params string[] arguments) =>
        await Tool.Named("skopeo").WithLeading("--insecure-policy").RunAsync(arguments);

    private async Task<string> ListAsync(string archive)
    {
        // Content too: each member's checksum beside its header.
        var names = await Tool.Named("tar").ReadAsync("-tvf", _directory[archive]);
        var sums = await Tool.Named("sh").ReadAsync("-c", $"tar -xOf {_directory[archive]} | sha256sum");
        return string.Join('\n', names.Split('\n').Append(sums));
    }

    private async Task<CopyResult> CopyAsync(IImageSource image, string place)
    {
        await using var destination = await TransportTable.Parse(Place(place)).OpenDestinationAsync(Context, default);
        return await new ImageCopier().CopyAsync(image, destination, new CopyOptions());
    }

    private string Place(string place) => place.Replace("{0}", _directory.Path, StringComparison.Ordinal);

    private TransportContext Context => new() { Policy = () => Policies.AcceptAnything, TemporaryDirectory = _directory.Path };
}
