using System.Security.Cryptography;
using System.Text;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage;
using BuildSharp.Testing;
using BuildSharp.Transports;

namespace BuildSharp.Tests.Transports;

/// <summary>Images on disk whose parts are named by different hash functions.</summary>
public sealed class DigestAlgorithmTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresTheory(Needs.Root)]
    [InlineData("manifest", "sha384", "image index: \"digest\" is not a sha256 or sha512 digest: \"sha384:")]
    [InlineData("config", "sha384", "image manifest: \"digest\" is not a sha256 or sha512 digest: \"sha384:")]
    [InlineData("layer", "sha384", "image manifest: \"digest\" is not a sha256 or sha512 digest: \"sha384:")]
    [InlineData("diff", "sha384", "image config: \"diff_ids\" is not a sha256 or sha512 digest: \"sha384:")]
    [InlineData("config", "sha512", "the local store cannot hold the image: its config is sha512:")]
    [InlineData("diff", "sha512", "the local store cannot hold the image: its layer 2 is sha512:")]
    public async Task An_image_that_cannot_be_verified_is_refused_before_anything_is_stored(string part, string algorithm, string start)
    {
        WriteLayout(part, algorithm);
        using var store = Open();

        var error = await Assert.ThrowsAsync<BuildSharpException>(() => PullAsync(store, $"oci:{_directory["layout"]}"));

        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Empty(store.Images.All());
        Assert.Empty(store.Layers.All());
    }

    [RequiresTheory(Needs.Root)]
    [InlineData("manifest")]
    [InlineData("layer")]
    public async Task A_part_named_by_sha512_is_verified(string part)
    {
        WriteLayout(part, "sha512");
        using var store = Open();
        var blob = Directory.GetFiles(_directory["layout/blobs/sha512"])[^1];
        var sound = File.ReadAllBytes(blob);
        // In a layer, byte 512 is the first of the file's content.
        File.WriteAllBytes(blob, [.. sound[..512], (byte)(sound[512] ^ 1), .. sound[513..]]);

        var error = await Assert.ThrowsAsync<BuildSharpException>(() => PullAsync(store, $"oci:{_directory["layout"]}"));
        Assert.Contains($"expected sha512:{Path.GetFileName(blob)}", error.Message, StringComparison.Ordinal);
        Assert.Empty(store.Images.All());

        File.WriteAllBytes(blob, sound);
        await PullAsync(store, $"oci:{_directory["layout"]}");
        Assert.Equal(64, Assert.Single(store.Images.All()).Id.Length);
    }

    [RequiresFact(Needs.Root)]
    public async Task A_manifest_that_an_index_names_by_sha512_is_verified_in_a_directory_of_files()
    {
        WriteLayout("manifest", "sha512");
        var manifest = ImageIndex.Parse(File.ReadAllBytes(_directory["layout/index.json"])).Manifests[0];
        var files = Directory.CreateDirectory(_directory["files"]).FullName;
        foreach (var blob in Directory.GetFiles(_directory["layout/blobs/sha256"]))
        {
            File.Copy(blob, Path.Combine(files, Path.GetFileName(blob)));
        }

        var index = new ImageIndex { Manifests = [manifest with { Platform = Platform.Host }] };
        File.WriteAllBytes(Path.Combine(files, "manifest.json"), index.ToBlob().Bytes.ToArray());
        var instance = Path.Combine(files, $"sha512-{manifest.Digest.Hex}.manifest.json");
        var sound = File.ReadAllText(_directory[$"layout/blobs/sha512/{manifest.Digest.Hex}"]);
        File.WriteAllText(instance, sound + " ");
        using var store = Open();

        var error = await Assert.ThrowsAsync<BuildSharpException>(() => PullAsync(store, $"dir:{files}"));
        Assert.Contains($": got sha512:{Hash("sha512", Encoding.UTF8.GetBytes(sound + " "))}, the index says {manifest.Digest}", error.Message, StringComparison.Ordinal);
        Assert.Empty(store.Layers.All());

        File.WriteAllText(instance, sound);
        await PullAsync(store, $"dir:{files}");
        Assert.Single(store.Images.All());
    }

    /// <summary>Writes a layout with one image of two layers; one part has a digest by another algorithm.</summary>
    private void WriteLayout(string part, string algorithm)
    {
        string AlgorithmOf(string name) => name == part ? algorithm : "sha256";
        string Put(string name, byte[] bytes)
        {
            var digest = $"{AlgorithmOf(name)}:{Hash(AlgorithmOf(name), bytes)}";
            var path = _directory[$"layout/blobs/{digest.Replace(':', '/')}"];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
            return $$"""{"mediaType":"application/vnd.oci.image.{{(name == "layer" ? "layer.v1.tar" : $"{name}.v1+json")}}","digest":"{{digest}}","size":{{bytes.Length}}}""";
        }

        var (lower, upper) = (Tar("lower"), Tar("upper"));
        var config = Put("config", Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"{{{Platform.Host.Architecture}}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:{{{Hash("sha256", lower)}}}","{{{AlgorithmOf("diff")}}}:{{{Hash(AlgorithmOf("diff"), upper)}}}"]}}"""));
        var manifest = Put("manifest", Encoding.UTF8.GetBytes(
            $$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{config}},"layers":[{{Put("layer", lower)}},{{Put("layer", upper)}}]}"""));
        File.WriteAllText(_directory["layout/oci-layout"], """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(_directory["layout/index.json"], $$"""{"schemaVersion":2,"manifests":[{{manifest}}]}""");
    }

    private static string Hash(string algorithm, byte[] bytes) => Convert.ToHexStringLower(algorithm switch
    {
        "sha256" => SHA256.HashData(bytes),
        "sha384" => SHA384.HashData(bytes),
        _ => SHA512.HashData(bytes),
    });

    private static byte[] Tar(string name)
    {
        var bytes = new MemoryStream();
        var writer = new TarWriter(bytes);
        var content = Encoding.ASCII.GetBytes(name);
        writer.Write(new TarHeader { Name = content, Type = TarEntryType.RegularFile, Mode = 0b110_100_100, Size = content.Length }, new MemoryStream(content));
        writer.Complete();
        return bytes.ToArray();
    }

    private Store Open() => Store.Open(new StoreOptions { GraphRoot = _directory["root"], RunRoot = _directory["run"], Driver = "vfs" });

    private async Task PullAsync(Store store, string place)
    {
        var context = new TransportContext { Policy = () => Policies.AcceptAnything, TemporaryDirectory = _directory.Path, Store = store };
        await using var source = await TransportTable.Parse(place).OpenSourceAsync(context, default);
        await using var destination = await TransportTable.Parse("containers-storage:app").OpenDestinationAsync(context, default);
        await new ImageCopier().CopyAsync(source, destination, new CopyOptions());
    }
}
