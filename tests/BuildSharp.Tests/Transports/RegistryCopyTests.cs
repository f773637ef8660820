using BuildSharp.Oci;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Registry;
using BuildSharp.Registry.Protocol;
using BuildSharp.Testing;
using BuildSharp.Transports;
using BuildSharp.Transports.Docker;

namespace BuildSharp.Tests.Transports;

/// <summary>Images go from one registry to another one without passing through the store.</summary>
public sealed class RegistryCopyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [RequiresFact(Needs.None, "docker-registry", "skopeo")]
    public async Task A_foreign_image_is_copied_with_its_bytes_and_so_its_digest()
    {
        await using var one = await TemporaryRegistry.StartAsync();
        await using var two = await TemporaryRegistry.StartAsync();
        var image = SampleImage.Make(MediaType.OciManifest, CompressionKind.None, "one", "two", "two");
        await CopyAsync(image, TransportTable.Parse($"oci:{_directory["plain"]}:x"), new CopyOptions { KeepPlain = true });

        // skopeo compresses the layers.
        await Skopeo("copy", "-q", "--dest-tls-verify=false", $"oci:{_directory["plain"]}:x", $"docker://{one.Host}/a/app:1");
        var expected = await DigestAsync($"{one.Host}/a/app:1");
        foreach (var target in new[] { $"{two.Host}/b/app:2", $"{one.Host}/c/app:3" })
        {
            await using var source = await TransportTable.Parse($"docker://{one.Host}/a/app:1").OpenSourceAsync(Context, default);
            var copied = await CopyAsync(source, TransportTable.Parse("docker://" + target), new CopyOptions());
            Assert.Equal(expected, copied.Manifest.Digest.ToString());
            Assert.Equal(expected, await DigestAsync(target));
        }

        await Skopeo("copy", "-q", "--src-tls-verify=false", $"docker://{two.Host}/b/app:2", "dir:" + _directory["read"]);
    }

    private TransportContext Context => new()
    {
        Policy = () => Policies.AcceptAnything,
        TemporaryDirectory = _directory.Path,
        Registries = new RegistryAccess
        {
            PullEndpoints = name => [Endpoint(name)],
            PushEndpoint = Endpoint,
            Origin = name => new RepositoryClient(Endpoint(name), new RegistryClientOptions()),
            Client = new RegistryClientOptions(),
        },
    };

    private static RegistryEndpoint Endpoint(Reference name) => new(name.Domain, name.Path) { Insecure = true };

    private async Task<CopyResult> CopyAsync(IImageSource source, ImageLocation location, CopyOptions options)
    {
        await using var destination = await location.OpenDestinationAsync(Context, default);
        return await new ImageCopier().CopyAsync(source, destination, options);
    }

    private static Task<ToolResult> Skopeo(params string[] words) => Tool.Named("skopeo").RunAsync(words);

    private static Task<string> DigestAsync(string name) =>
        Tool.Named("skopeo").ReadAsync("inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name);
}
