using System.Text;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Transports;

namespace BuildSharp.Tests.Transports;

/// <summary>An image made in memory, of small layers, to be copied around.</summary>
internal sealed class SampleImage : IImageSource
{
    private readonly Dictionary<Digest, byte[]> _blobs = [];

    private SampleImage(ManifestBlob manifest) => Manifest = manifest;

    public ManifestBlob Manifest { get; private set; }

    public ImageConfig Config { get; private init; } = new();

    public IReadOnlyList<string> SuggestedNames => [];

    /// <summary>Makes an image whose layer n holds the file <c>file-n</c> with the n-th text.</summary>
    public static SampleImage Make(string mediaType, CompressionKind compression, params string[] texts)
    {
        var blobs = new Dictionary<Digest, byte[]>();
        var docker = MediaType.IsDocker(mediaType);
        var layerType = docker ? MediaType.DockerLayer : MediaType.OciLayer;
        var suffix = compression switch { CompressionKind.Gzip => docker ? ".gzip" : "+gzip", CompressionKind.Zstd => "+zstd", _ => "" };
        var diffIds = new List<DiffId>();
        var layers = new List<Descriptor>();
        foreach (var (index, text) in texts.Index())
        {
            var tar = Tar($"file-{index}", text);
            diffIds.Add(new DiffId(Digest.Sha256(tar)));
            layers.Add(Add(blobs, layerType + suffix, Read(Compression.OpenCompressing(new MemoryStream(tar), compression))));
        }

        var config = new ImageConfig
        {
            Created = Timestamp.Epoch,
            Config = new ContainerConfig { Cmd = ["/file-0"], Healthcheck = new Healthcheck { Test = ["CMD", "a & b"] } },
            DiffIds = diffIds,
            History = [.. diffIds.Select(_ => new History { Created = Timestamp.Epoch, CreatedBy = "<test>" })],
        };
        var manifest = new ImageManifest
        {
            MediaType = mediaType,
            Config = Add(blobs, docker ? MediaType.DockerConfig : MediaType.OciConfig, docker ? config.ToDockerJson() : config.ToOciJson()),
            Layers = layers,
            Annotations = new Dictionary<string, string> { ["a"] = "b" },
        };
        var image = new SampleImage(manifest.ToBlob()) { Config = config };
        foreach (var (digest, bytes) in blobs)
        {
            image._blobs[digest] = bytes;
        }

        return image;
    }

    /// <summary>Changes a byte of a blob without telling anyone.</summary>
    public void Corrupt(Digest digest) => _blobs[digest][^1] ^= 1;

    public ValueTask<ManifestBlob> GetManifestAsync(Digest? instance, CancellationToken cancellationToken) => ValueTask.FromResult(Manifest);

    public ValueTask<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream>(new VerifyingStream(new MemoryStream(_blobs[blob.Digest]), blob.Digest, blob.Size));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Descriptor Add(Dictionary<Digest, byte[]> blobs, string mediaType, byte[] bytes)
    {
        var digest = Digest.Sha256(bytes);
        blobs[digest] = bytes;
        return new Descriptor { MediaType = mediaType, Digest = digest, Size = bytes.Length };
    }

    private static byte[] Tar(string name, string text)
    {
        var output = new MemoryStream();
        var tar = new TarWriter(output);
        var content = Encoding.UTF8.GetBytes(text);
        tar.Write(
            new TarHeader { Name = Encoding.UTF8.GetBytes(name), Type = TarEntryType.RegularFile, Mode = 0b110_100_100, Size = content.Length },
            new MemoryStream(content));
        tar.Complete();
        return output.ToArray();
    }

    private static byte[] Read(Stream stream)
    {
        using (stream)
        {
            var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
