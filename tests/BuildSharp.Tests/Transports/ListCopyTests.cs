using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Storage;
using BuildSharp.Storage.Images;
using BuildSharp.Storage.Records;
using BuildSharp.Testing;
using BuildSharp.Transports;
using BuildSharp.Transports.ContainersStorage;

namespace BuildSharp.Tests.Transports;

public sealed class ListCopyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresFact(Needs.Root)]
    public async Task A_list_whose_images_stay_as_they_are_keeps_its_bytes()
    {
        using var store = Open();
        var list = await ListOfAsync(store, CompressionKind.None);

        var written = await CopyAsync(store, list, $"dir:{_directory.Path}/out", keepsPlain: true);

        Assert.Equal(store.ManifestLists.Read(list), File.ReadAllBytes($"{_directory.Path}/out/manifest.json"));
        Assert.Equal(store.ManifestLists.Read(list), written.Bytes.ToArray());
        foreach (var entry in Entries(written))
        {
            Assert.Equal(entry.Digest, Digest.Sha256(File.ReadAllBytes($"{_directory.Path}/out/{entry.Digest.Hex}.manifest.json")));
        }
    }

    [RequiresFact(Needs.Root)]
    public async Task A_layout_gets_one_name_for_the_list_and_each_image_by_digest()
    {
        using var store = Open();
        var list = await ListOfAsync(store, CompressionKind.None);

        var written = await CopyAsync(store, list, $"oci:{_directory.Path}/out:n");

        var named = Assert.Single(ImageIndex.Parse(File.ReadAllBytes($"{_directory.Path}/out/index.json")).Manifests);
        Assert.Equal((written.Digest, MediaType.OciIndex), (named.Digest, named.MediaType));
        Assert.Equal(["amd64", "arm64"], Entries(written).Select(entry => entry.Platform!.Architecture));
        foreach (var entry in Entries(written))
        {
            await using var image = await TransportTable.Parse($"oci:{_directory.Path}/out:@{entry.Digest}").OpenSourceAsync(Context(store), default);
            var manifest = ImageManifest.Parse((await image.GetManifestAsync(null, default)).Bytes.Span);
            Assert.All(manifest.Layers, layer => Assert.Equal(MediaType.OciLayerGzip, layer.MediaType));
        }
    }

    [RequiresFact(Needs.Root)]
    public async Task Added_compressions_come_after_the_images_and_only_where_they_are_missing()
    {
        using var store = Open();
        var list = await ListOfAsync(store, CompressionKind.None);

        var written = await CopyAsync(store, list, $"oci:{_directory.Path}/out:n", new ListCopyOptions { AddCompression = [CompressionKind.Gzip, CompressionKind.Zstd, CompressionKind.Zstd] });

        Assert.Equal(
            ["amd64 ", "arm64 ", "amd64 true", "arm64 true"],
            Entries(written).Select(entry => $"{entry.Platform!.Architecture} {entry.Annotations.GetValueOrDefault(PlatformChoice.ZstdAnnotation)}"));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_list_in_Dockers_format_has_images_in_it()
    {
        using var store = Open();
        var list = await ListOfAsync(store, CompressionKind.None);

        var written = await CopyAsync(store, list, $"dir:{_directory.Path}/out", format: MediaType.DockerManifest);

        Assert.Equal(MediaType.DockerManifestList, written.MediaType);
        Assert.All(Entries(written), entry => Assert.Equal(MediaType.DockerManifest, entry.MediaType));
        var refused = await Assert.ThrowsAsync<BuildSharpException>(() => CopyAsync(store, list, $"oci:{_directory.Path}/other", format: MediaType.DockerManifest));
        Assert.Contains("cannot hold lists of type", refused.Message);
    }

    [RequiresFact(Needs.Root)]
    public async Task The_list_alone_brings_no_image()
    {
        using var store = Open();
        var list = await ListOfAsync(store, CompressionKind.None);

        await CopyAsync(store, list, $"dir:{_directory.Path}/out", new ListCopyOptions { Images = false });

        Assert.Equal(["manifest.json", "version"], Directory.EnumerateFiles($"{_directory.Path}/out").Select(Path.GetFileName).Order());
    }

    [RequiresFact(Needs.Root)]
    public async Task An_image_that_is_nowhere_is_named()
    {
        using var store = Open();
        var list = await ListOfAsync(store, CompressionKind.None);
        foreach (var image in store.Images.All().Where(image => image.Id != list.Id))
        {
            store.Images.Remove(image.Id);
        }

        var refused = await Assert.ThrowsAsync<BuildSharpException>(() => CopyAsync(store, list, $"dir:{_directory.Path}/out"));

        Assert.StartsWith("copying image 1/2 from manifest list: localhost/list:1: its image sha256:", refused.Message);
        Assert.Contains("was added from oci:/nowhere:amd64, which cannot be read", refused.Message);
    }

    private static IReadOnlyList<Descriptor> Entries(ManifestBlob list) => ImageIndex.Parse(list.Bytes.Span, list.MediaType).Manifests;

    private static async Task<StoredImage> ListOfAsync(Store store, CompressionKind compression)
    {
        var list = ManifestList.Empty;
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            var image = SampleImage.Make(MediaType.OciManifest, compression, "common", architecture);
            await using var destination = new StorageDestination(store, [$"localhost/{architecture}:1"]);
            await new ImageCopier().CopyAsync(image, destination, new CopyOptions());
            var entry = image.Manifest.Descriptor with { Platform = Platform.Parse("linux/" + architecture) };
            list = list.With(entry, $"oci:/nowhere:{architecture}");
        }

        return store.ManifestLists.Create("localhost/list:1", list, replaces: false);
    }

    private async Task<ManifestBlob> CopyAsync(Store store, StoredImage list, string place, ListCopyOptions? options = null, string? format = null, bool keepsPlain = false)
    {
        var context = Context(store);
        await using var destination = await TransportTable.Parse(place).OpenDestinationAsync(context, default);
        return await ImageListCopier.CopyAsync(
            new StoredListSource(store, list, context), (IImageListDestination)destination, new CopyOptions { Format = format, KeepPlain = keepsPlain }, options ?? new ListCopyOptions());
    }

    private TransportContext Context(Store store) => new() { Policy = () => Policies.AcceptAnything, Store = store, TemporaryDirectory = _directory.Path };

    private Store Open() => Store.Open(new StoreOptions { GraphRoot = _directory["root"], RunRoot = _directory["run"], Driver = "vfs" });
}
