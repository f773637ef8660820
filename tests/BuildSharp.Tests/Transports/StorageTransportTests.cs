using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Storage;
using BuildSharp.Testing;
using BuildSharp.Transports;

namespace BuildSharp.Tests.Transports;

public sealed class StorageTransportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresTheory(Needs.Root)]
    [InlineData(MediaType.OciManifest)]
    [InlineData(MediaType.DockerManifest)]
    public async Task An_image_in_the_store_keeps_its_manifest_and_gives_plain_layers(string format)
    {
        var image = SampleImage.Make(format, CompressionKind.Gzip, "one", "two", "one");
        using var store = Open();

        await CopyAsync(store, image, "containers-storage:app");

        var stored = Assert.Single(store.Images.All());
        Assert.Equal(["docker.io/library/app:latest"], stored.Names);
        Assert.Equal(image.Manifest.Bytes.ToArray(), store.Images.ReadData(stored.Id, "manifest"));
        await using var source = await OpenAsync(store, "containers-storage:app");
        var manifest = ImageManifest.Parse((await source.GetManifestAsync(null, default)).Bytes.Span);
        Assert.Equal(image.Config.DiffIds, manifest.Layers.Select(layer => new DiffId(layer.Digest)));
        Assert.Equal(stored.Id, manifest.Config.Digest.Hex);
    }

    [RequiresTheory(Needs.Root, "skopeo")]
    [InlineData("oci:{0}/x:n")]
    [InlineData("oci-archive:{0}/x.tar:n")]
    [InlineData("docker-archive:{0}/x.tar:ex.com/n:1")]
    [InlineData("dir:{0}/x")]
    public async Task What_leaves_the_store_is_read_by_skopeo_with_the_same_id(string place)
    {
        using var store = Open();
        await CopyAsync(store, SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one", "two"), "containers-storage:app");
        await using var source = await OpenAsync(store, "containers-storage:app");

        await CopyAsync(store, source, place);

        var config = await Tool.Named("skopeo").ReadAsync("inspect", "--config", "--raw", Place(place));
        Assert.Equal(store.Images.All()[0].Id, Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(config)).Hex);
    }

    [RequiresFact(Needs.Root)]
    public async Task A_second_image_on_the_same_base_stores_only_its_own_layer()
    {
        using var store = Open();
        await CopyAsync(store, SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one"), "containers-storage:a");

        await CopyAsync(store, SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one", "two"), "containers-storage:b");

        Assert.Equal(2, store.Layers.All().Count);
    }

    [RequiresFact(Needs.Root)]
    public async Task A_layer_that_lies_on_another_parent_is_not_read_again()
    {
        using var store = Open();
        await CopyAsync(store, SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one", "two"), "containers-storage:a");
        var other = SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "other", "two");
        other.Corrupt(ImageManifest.Parse(other.Manifest.Bytes.Span).Layers[1].Digest); // so that reading it would fail

        await CopyAsync(store, other, "containers-storage:b");

        Assert.Equal(4, store.Layers.All().Count);
        Assert.All(store.Layers.All(), layer => Assert.Equal(2, layer.Compression));
        Assert.Equal(other.Config.DiffIds, store.Layers.Chain(store.Images.Find("b")!.TopLayer).Select(layer => layer.DiffId));
    }

    [RequiresFact(Needs.Root)]
    public async Task A_damaged_layer_leaves_no_image_in_the_store()
    {
        using var store = Open();
        var image = SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one");
        image.Corrupt(ImageManifest.Parse(image.Manifest.Bytes.Span).Layers[0].Digest);

        await Assert.ThrowsAsync<BuildSharpException>(() => CopyAsync(store, image, "containers-storage:a"));

        Assert.Empty(store.Images.All());
        Assert.Empty(store.Layers.All());
    }

    [RequiresFact(Needs.Root)]
    public async Task An_unknown_image_is_named()
    {
        using var store = Open();

        var error = await Assert.ThrowsAsync<ImageNotFoundException>(async () => await OpenAsync(store, "containers-storage:nope"));

        Assert.Equal("nope: image not known", error.Message);
    }

    [RequiresFact(Needs.Root, "skopeo")]
    public async Task A_store_in_brackets_is_another_one()
    {
        using var store = Open();
        await CopyAsync(store, SampleImage.Make(MediaType.OciManifest, CompressionKind.Gzip, "one", "two"), "containers-storage:app");
        var brackets = $"[vfs@{_directory["other"]}+{_directory["otherrun"]}]";
        await using (var source = await OpenAsync(store, $"containers-storage:[vfs@{_directory["root"]}]docker.io/library/app@{store.Images.All()[0].Id}"))
        {
            await CopyAsync(store, source, $"containers-storage:{brackets}ex.com/b:1");
        }

        using var other = Store.Open(new StoreOptions { GraphRoot = _directory["other"], RunRoot = _directory["otherrun"], Driver = "vfs" });
        Assert.Equal(["ex.com/b:1"], Assert.Single(other.Images.All()).Names);
        Assert.Equal(["docker.io/library/app:latest"], Assert.Single(store.Images.All()).Names);
        Assert.Equal(store.Images.All()[0].Id, Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(
            await Tool.Named("skopeo").ReadAsync("inspect", "--config", "--raw", $"containers-storage:{brackets}ex.com/b:1"))).Hex);

        await using var again = await OpenAsync(store, $"containers-storage:{brackets}ex.com/b:1");
        Assert.Equal(["ex.com/b:1"], again.SuggestedNames);
    }

    [Theory]
    [InlineData("[vfs@/r+/n", "the bracket is not closed")]
    [InlineData("[vfs@r+/n]x", "must be absolute paths")]
    [InlineData("[@/r+n]x", "must be absolute paths")]
    [InlineData("[vfs@/r+/n]", "an image name or ID is needed after the bracket")]
    [InlineData("", "an image name or ID is needed after the colon")]
    public void A_malformed_store_is_refused(string text, string part) =>
        Assert.Contains(part, Assert.Throws<BuildSharpException>(() => TransportTable.Parse("containers-storage:" + text)).Message, StringComparison.Ordinal);

    private Store Open() => Store.Open(new StoreOptions { GraphRoot = _directory["root"], RunRoot = _directory["run"], Driver = "vfs" });

    private async Task CopyAsync(Store store, IImageSource image, string place)
    {
        await using var destination = await TransportTable.Parse(Place(place)).OpenDestinationAsync(Context(store), default);
        await new ImageCopier().CopyAsync(image, destination, new CopyOptions());
    }

    private ValueTask<IImageSource> OpenAsync(Store store, string place) =>
        TransportTable.Parse(Place(place)).OpenSourceAsync(Context(store), default);

    private string Place(string place) => place.Replace("{0}", _directory.Path, StringComparison.Ordinal);

    private TransportContext Context(Store store) => new() { Policy = () => Policies.AcceptAnything, TemporaryDirectory = _directory.Path, Store = store };
}
