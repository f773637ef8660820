using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>Images that lie about themselves, or attack with what they hold, do not come in, and leave nothing.</summary>
public class HostileImageTests
{
    private const Needs All = Needs.Root | Needs.Overlay | Needs.Binary;
    private const string OciLayer = "application/vnd.oci.image.layer.v1.tar";
    private const string OciManifest = "application/vnd.oci.image.manifest.v1+json";
    private const string OciIndex = "application/vnd.oci.image.index.v1+json";

    [RequiresTheory(All)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_layer_of_another_size_than_its_descriptor_says(int more)
    {
        using var sandbox = new Sandbox();
        var layer = Tar(("a", "content"));
        await RefusedAsync(sandbox, new Layout { Layers = [Layer(layer) with { Size = layer.Length + more }] }, "bytes");
    }

    [RequiresFact(All)]
    public async Task A_layer_with_another_digest_than_its_descriptor_says()
    {
        using var sandbox = new Sandbox();
        var layer = Tar(("a", "content"));
        await RefusedAsync(sandbox, new Layout { Layers = [Layer(layer) with { Stored = [.. layer[..600], 1, .. layer[601..]] }] }, "expected sha256:");
    }

    [RequiresFact(All)]
    public async Task A_layer_with_another_diff_ID_than_the_config_says()
    {
        using var sandbox = new Sandbox();
        var layer = Layer(Tar(("a", "content")));
        await RefusedAsync(sandbox, new Layout { Layers = [layer with { DiffId = "sha256:" + new string('0', 64) }] }, "sha256:" + new string('0', 64));
    }

    [RequiresFact(All)]
    public async Task Layers_in_another_order_than_the_config_says()
    {
        using var sandbox = new Sandbox();
        var (one, two) = (Layer(Tar(("a", "one"))), Layer(Tar(("a", "two!"))));
        await RefusedAsync(sandbox, new Layout { Layers = [one with { DiffId = two.DiffId }, two with { DiffId = one.DiffId }] }, "sha256:");
    }

    /// <summary>The ratio gives zeros away after 64 MiB, however many follow.</summary>
    [RequiresTheory(All, "zstd", "gzip")]
    [InlineData("gzip -9", "+gzip")]
    [InlineData("zstd -q -3", "+zstd")]
    public async Task A_layer_that_expands_without_measure(string compressor, string suffix)
    {
        using var sandbox = new Sandbox();
        await sandbox.Named("sh").RunAsync("-ec", $"head -c 100M /dev/zero | {compressor} > bomb");
        var bomb = File.ReadAllBytes(sandbox["bomb"]);
        await RefusedAsync(
            sandbox, new Layout { Layers = [Layer(bomb) with { MediaType = OciLayer + suffix, DiffId = "sha256:" + new string('1', 64) }] }, "expands more than 1000 times");
    }

    /// <summary>overlay takes such a device for the mark that hides a file of a lower layer.</summary>
    [RequiresFact(All)]
    public async Task A_device_that_hides_files()
    {
        using var sandbox = new Sandbox();
        var layer = Tar(("etc/shadow", null));
        await RefusedAsync(sandbox, new Layout { Layers = [Layer(layer)] }, "etc/shadow is the device 0:0");
    }

    /// <summary>The store is closed to other users, so that no program of an image can give them the rights of its owner.</summary>
    [RequiresFact(All, "setpriv")]
    public async Task A_program_with_setuid_is_out_of_reach_of_other_users()
    {
        using var sandbox = new Sandbox();
        var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "su") { Mode = (UnixFileMode)0x9ED });
        }

        new Layout { Layers = [Layer(output.ToArray())] }.Write(sandbox);
        var image = await sandbox.BuildSharp.ReadAsync("pull", "-q", "oci:layout:1");
        var container = await sandbox.BuildSharp.ReadAsync("from", image);
        var program = Path.Combine(await sandbox.BuildSharp.ReadAsync("mount", container), "su");
        Assert.Equal("4755", await sandbox.Named("stat").ReadAsync("-c", "%a", program));
        // Only what the store itself closes counts.
        await sandbox.Named("chmod").RunAsync("0755", sandbox[".."], Path.GetDirectoryName(sandbox.Root)!, sandbox.Root);
        foreach (var file in new[] { program, Directory.GetFiles(sandbox.Root, "su", SearchOption.AllDirectories)[0] })
        {
            var refused = await sandbox.Named("setpriv").RunAsync(1, ["--reuid=65534", "--regid=65534", "--clear-groups", "stat", file]);
            Assert.Contains("Permission denied", refused.Error);
        }
    }

    [RequiresTheory(All)]
    [InlineData(OciManifest, """{"schemaVersion":2,"manifests":[],"layers":[],"config":{}}""", "manifests")]
    [InlineData(OciIndex, """{"schemaVersion":2,"manifests":[],"layers":[]}""", "layers")]
    [InlineData(OciManifest, """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""", "index.v1+json")]
    [InlineData(OciManifest, """{"schemaVersion":2,"config":{},"layers":[],"Layers":[]}""", "different case")]
    [InlineData(OciManifest, """{"schemaVersion":2,"config":{"digest":"sha256:../../x","size":1},"layers":[]}""", "digest")]
    public async Task A_manifest_that_can_be_understood_in_two_ways(string type, string manifest, string said)
    {
        using var sandbox = new Sandbox();
        await RefusedAsync(sandbox, new Layout { ManifestType = type, Manifest = manifest }, said);
    }

    [RequiresTheory(All, "tar")]
    [InlineData("/etc/passwd", "ln -s x unused")]
    [InlineData("../../../../../etc/passwd", "ln -s x unused")]
    [InlineData("l.tar", "ln -s /etc/passwd l.tar")]
    [InlineData("l.tar", "ln -s m.tar l.tar; ln -s l.tar m.tar")]
    [InlineData("l.tar", "ln -s m.tar l.tar; ln -s real m.tar; tar -cf real config")]
    public async Task A_docker_archive_whose_layers_lead_elsewhere(string layer, string script)
    {
        using var sandbox = new Sandbox();
        sandbox.Write("config", $"{{\"rootfs\":{{\"type\":\"layers\",\"diff_ids\":[\"sha256:{new string('0', 64)}\"]}}}}");
        sandbox.Write("manifest.json", $"[{{\"Config\":\"config\",\"RepoTags\":[],\"Layers\":[\"{layer}\"]}}]");
        await sandbox.Named("bash").RunAsync("-ec", $"{script}; tar -cf archive.tar -- *");
        await RefusedAsync(sandbox, "docker-archive:archive.tar", layer);
    }

    private static async Task RefusedAsync(Sandbox sandbox, Layout layout, string said)
    {
        layout.Write(sandbox);
        await RefusedAsync(sandbox, "oci:layout:1", said);
    }

    private static async Task RefusedAsync(Sandbox sandbox, string image, string said)
    {
        var refused = await sandbox.BuildSharp.RunAsync(125, ["pull", "-q", image]);
        Assert.Contains(said, refused.Error);
        Assert.Equal("", await sandbox.BuildSharp.ReadAsync("images", "-q", "-a"));
        await sandbox.BuildSharp.RunAsync("check");
        // No layer either, but the directory with the short names of layers.
        var overlay = Path.Combine(sandbox.Root, "overlay");
        Assert.Empty(Directory.Exists(overlay) ? Directory.GetDirectories(overlay).Select(Path.GetFileName).Where(name => name!.Length == 64) : []);
        Assert.Empty(Directory.EnumerateFileSystemEntries(sandbox["../tmp"]));
    }

    /// <summary>Files, and devices 0:0 for those without content.</summary>
    private static byte[] Tar(params (string Name, string? Content)[] files)
    {
        var output = new MemoryStream();
        using (var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                tar.WriteEntry(content is null
                    ? new UstarTarEntry(TarEntryType.CharacterDevice, name)
                    : new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) });
            }
        }

        return output.ToArray();
    }

    private static StoredLayer Layer(byte[] bytes) => new(OciLayer, bytes, DigestOf(bytes), bytes.Length, DigestOf(bytes));

    private static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    private sealed record StoredLayer(string MediaType, byte[] Stored, string Digest, long Size, string DiffId);

    /// <summary>An OCI layout with one image.</summary>
    private sealed record Layout
    {
        public IReadOnlyList<StoredLayer> Layers { get; init; } = [];

        public string ManifestType { get; init; } = OciManifest;

        /// <summary>Instead of one for the layers.</summary>
        public string? Manifest { get; init; }

        public void Write(Sandbox sandbox)
        {
            foreach (var layer in Layers)
            {
                WriteBlob(sandbox, layer.Digest, layer.Stored);
            }

            var diffIds = string.Join(',', Layers.Select(layer => $"\"{layer.DiffId}\""));
            var config = Encoding.UTF8.GetBytes($"{{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{{\"type\":\"layers\",\"diff_ids\":[{diffIds}]}}}}");
            WriteBlob(sandbox, DigestOf(config), config);
            var layers = string.Join(',', Layers.Select(layer => $"{{\"mediaType\":\"{layer.MediaType}\",\"digest\":\"{layer.Digest}\",\"size\":{layer.Size}}}"));
            var manifest = Encoding.UTF8.GetBytes(Manifest
                ?? $"{{\"schemaVersion\":2,\"mediaType\":\"{OciManifest}\",\"config\":{{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"{DigestOf(config)}\",\"size\":{config.Length}}},\"layers\":[{layers}]}}");
            WriteBlob(sandbox, DigestOf(manifest), manifest);
            sandbox.Write("layout/oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
            sandbox.Write("layout/index.json",
                $"{{\"schemaVersion\":2,\"manifests\":[{{\"mediaType\":\"{ManifestType}\",\"digest\":\"{DigestOf(manifest)}\",\"size\":{manifest.Length},\"annotations\":{{\"org.opencontainers.image.ref.name\":\"1\"}}}}]}}");
        }

        private static void WriteBlob(Sandbox sandbox, string digest, byte[] bytes)
        {
            Directory.CreateDirectory(sandbox["layout/blobs/sha256"]);
            File.WriteAllBytes(sandbox[$"layout/blobs/sha256/{digest["sha256:".Length..]}"], bytes);
        }
    }
}
