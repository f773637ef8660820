using BuildSharp.Oci;
using BuildSharp.Oci.Docker;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Transports.Archives;

namespace BuildSharp.Transports.DockerArchive;

/// <summary>Reads an image of a <c>docker save</c> archive as a Docker manifest with uncompressed layers, whose digests are its diff
/// IDs.</summary>
internal sealed class DockerArchiveSource : IImageSource
{
    private readonly TarArchive _archive;
    private readonly byte[] _config;
    private readonly Dictionary<Digest, string> _layerMembers;
    private readonly ImageManifest _manifest;

    private DockerArchiveSource(
        TarArchive archive, byte[] config, Dictionary<Digest, string> layerMembers, ImageManifest manifest, IReadOnlyList<string> names)
    {
        _archive = archive;
        _config = config;
        _layerMembers = layerMembers;
        _manifest = manifest;
        SuggestedNames = names;
    }

    public IReadOnlyList<string> SuggestedNames { get; }

    /// <summary>Finds the image and measures its layers, which requires decompressing those that are compressed.</summary>
    /// <exception cref="BuildSharpException">The archive has no such image, or the image is inconsistent.</exception>
    public static DockerArchiveSource Open(TarArchive archive, ImageChoice choice)
    {
        var items = DockerArchiveItem.ParseManifest(ReadSmall(archive, DockerArchiveLocation.ManifestMember));
        var item = Choose(archive, items, choice);
        var config = ReadSmall(archive, item.Config);
        var diffIds = ImageConfig.Parse(config).DiffIds;
        if (diffIds.Count != item.Layers.Count)
        {
            throw new BuildSharpException($"{archive.Name}: the image has {item.Layers.Count} layers, its config {diffIds.Count} diff IDs");
        }

        var members = new Dictionary<Digest, string>();
        var layers = new List<Descriptor>();
        var contents = new Dictionary<(long, long), DiffId>();
        foreach (var (diffId, member) in diffIds.Zip(item.Layers))
        {
            var place = archive.Locate(member) ?? throw Missing(archive, member);
            if (contents.TryGetValue(place, out var other) && other != diffId)
            {
                throw new BuildSharpException($"{archive.Name}: {member} stands for two layers, {other} and {diffId}");
            }

            contents[place] = diffId;
            members[diffId.Value] = member;
            layers.Add(new Descriptor { MediaType = MediaType.DockerLayer, Digest = diffId.Value, Size = PlainSize(archive, member, place.Size) });
        }

        var manifest = new ImageManifest
        {
            MediaType = MediaType.DockerManifest,
            Config = new Descriptor { MediaType = MediaType.DockerConfig, Digest = Digest.Sha256(config), Size = config.Length },
            Layers = layers,
        };
        return new DockerArchiveSource(archive, config, members, manifest, Names(item));
    }

    /// <summary>Names of all images of an archive, in its order.</summary>
    /// <exception cref="BuildSharpException">It is no such archive.</exception>
    public static IReadOnlyList<string> NamesIn(TarArchive archive) =>
        [.. DockerArchiveItem.ParseManifest(ReadSmall(archive, DockerArchiveLocation.ManifestMember)).SelectMany(Names)];

    public ValueTask<ManifestBlob> GetManifestAsync(Digest? instance, CancellationToken cancellationToken) => ValueTask.FromResult(_manifest.ToBlob());

    /// <summary>The manifest as containers/image generates it, with the media type of compressed layers: manifest lists contain its
    /// digest.</summary>
    public ValueTask<ManifestBlob> GetListedManifestAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        (_manifest with { Layers = [.. _manifest.Layers.Select(layer => layer with { MediaType = MediaType.DockerLayerGzip })] }).ToBlob());

    public ValueTask<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (!_layerMembers.TryGetValue(blob.Digest, out var member))
        {
            return ValueTask.FromResult<Stream>(new VerifyingStream(new MemoryStream(_config, writable: false), blob.Digest, blob.Size));
        }

        var plain = Compression.OpenDecompressing(_archive.Open(member) ?? throw Missing(_archive, member));
        return ValueTask.FromResult<Stream>(new VerifyingStream(plain, blob.Digest, blob.Size, $"{_archive.Name}: {member}"));
    }

    public ValueTask DisposeAsync()
    {
        _archive.Dispose();
        return ValueTask.CompletedTask;
    }

    private static DockerArchiveItem Choose(TarArchive archive, IReadOnlyList<DockerArchiveItem> items, ImageChoice choice)
    {
        if (choice.Name is { } name)
        {
            return items.FirstOrDefault(item => item.RepoTags.Any(tag => Normalize(tag) == name))
                ?? throw new BuildSharpException($"{archive.Name} has no image {name}; it has {Offer(items)}");
        }

        if (choice.Index is { } place)
        {
            return place < items.Count
                ? items[place]
                : throw new BuildSharpException($"{archive.Name} has no image @{place}; it has {items.Count}, counted from 0");
        }

        return items.Count == 1
            ? items[0]
            : throw new BuildSharpException(
                items.Count == 0 ? $"{archive.Name} has no image" : $"{archive.Name} has more than one image, choose one: {Offer(items)}");
    }

    private static string Offer(IReadOnlyList<DockerArchiveItem> items)
    {
        var names = items.Select((item, place) => item.RepoTags.Count > 0 ? item.RepoTags[0] : $"@{place}").Take(20);
        return items.Count == 0 ? "none" : string.Join(", ", names);
    }

    private static string? Normalize(string tag) =>
        Reference.TryParse(tag, out var name) ? name.InDomain("docker.io").WithDefaultTag().ToString() : null;

    private static IReadOnlyList<string> Names(DockerArchiveItem item) => [.. item.RepoTags.Select(Normalize).OfType<string>().Distinct()];

    private static long PlainSize(TarArchive archive, string member, long storedSize)
    {
        using var plain = Compression.OpenDecompressing(archive.Open(member)!, out var kind);
        if (kind == CompressionKind.None)
        {
            return storedSize;
        }

        long size = 0;
        var buffer = new byte[128 * 1024];
        for (int count; (count = plain.Read(buffer)) > 0;)
        {
            size += count;
        }

        return size;
    }

    private static byte[] ReadSmall(TarArchive archive, string member)
    {
        using var stream = new LimitedStream(archive.Open(member) ?? throw Missing(archive, member), ImageConfig.SizeLimit, $"{archive.Name}: {member}");
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static BuildSharpException Missing(TarArchive archive, string member) =>
        new($"{archive.Name}: there is no {member} in it; not a docker-archive, or an incomplete one");
}
