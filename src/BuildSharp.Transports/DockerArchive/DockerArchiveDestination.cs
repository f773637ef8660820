using System.Text;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Docker;
using BuildSharp.Oci.Layers;
using BuildSharp.Transports.Archives;

namespace BuildSharp.Transports.DockerArchive;

/// <summary>Writes an image in the format of <c>docker save</c>, in one pass without seeking, so that the output may be a pipe. All members
/// are owned by root, read-only and dated 1970, so that the same image gives the same archive.</summary>
internal sealed class DockerArchiveDestination(string path, IReadOnlyList<Reference> names, string temporaryDirectory) : IImageDestination
{
    private readonly Dictionary<Digest, Descriptor> _written = [];
    private ArchiveFile? _file;
    private TarWriter? _tar;
    private byte[] _config = [];
    private IReadOnlyList<DiffId> _diffIds = [];

    public IReadOnlyList<string> ManifestTypes => [MediaType.DockerManifest];

    public LayerWish LayerWish => LayerWish.Plain;

    // 1, because a tar is written sequentially.
    public int ParallelBlobs => 1;

    private TarWriter Tar => _tar ??= new TarWriter((_file ??= ArchiveFile.Create(path)).Stream);

    public ValueTask<Descriptor?> TryReuseBlobAsync(BlobInfo blob, CancellationToken cancellationToken) =>
        ValueTask.FromResult(blob.Digest is { } digest ? _written.GetValueOrDefault(digest) : null);

    public async ValueTask<Descriptor> PutBlobAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken)
    {
        if (blob.LayerIndex is null)
        {
            return await PutConfigAsync(content, blob, cancellationToken).ConfigureAwait(false);
        }

        Descriptor written;
        if (blob is { Digest: { } digest, Size: { } size })
        {
            Write(LayerMember(digest), content, size);
            // Writing stops after the announced size. Only a read at the end of the stream makes it verify the digest.
            if (content.ReadByte() >= 0)
            {
                throw new BuildSharpException($"layer {digest} is longer than its {size} bytes");
            }

            written = new Descriptor { MediaType = blob.MediaType, Digest = digest, Size = size };
        }
        else
        {
            written = await SpoolAsync(content, blob, cancellationToken).ConfigureAwait(false);
        }

        _written[written.Digest] = written;
        return written;
    }

    public ValueTask PutManifestAsync(ManifestBlob manifest, CancellationToken cancellationToken)
    {
        _diffIds = [.. ImageManifest.Parse(manifest.Bytes.Span).Layers.Select(layer => new DiffId(layer.Digest))];
        return ValueTask.CompletedTask;
    }

    public ValueTask CommitAsync(CancellationToken cancellationToken)
    {
        var configMember = Digest.Sha256(_config).Hex + ".json";
        Write(configMember, _config);
        var legacy = DockerLegacyLayer.Of(_config, _diffIds);
        foreach (var layer in legacy)
        {
            WriteLegacy(layer);
        }

        var item = new DockerArchiveItem
        {
            Config = configMember,
            RepoTags = [.. names.Select(tag => tag.ToString())],
            Layers = [.. _diffIds.Select(layer => LayerMember(layer.Value))],
        };
        Write(DockerArchiveLocation.ManifestMember, DockerArchiveItem.WriteManifest([item]));
        if (legacy.Count > 0)
        {
            Write("repositories", DockerArchiveItem.WriteRepositories(names, legacy[^1].Id));
        }

        Tar.Complete();
        _file!.Complete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _file?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string LayerMember(Digest diffId) => diffId.Hex + ".tar";

    private async Task<Descriptor> PutConfigAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        _config = bytes.ToArray();
        return new Descriptor { MediaType = blob.MediaType, Digest = blob.Digest ?? Digest.Sha256(_config), Size = _config.Length };
    }

    /// <summary>Writes a layer to a temporary file first: a tar member starts with its size, and the size of a layer that is decompressed
    /// during the copy is known only at its end.</summary>
    private async Task<Descriptor> SpoolAsync(Stream content, BlobInfo blob, CancellationToken cancellationToken)
    {
        using var scratch = ScratchDirectory.Create(temporaryDirectory);
        var spool = Path.Combine(scratch.Path, "layer");
        var written = await BlobFile.WriteAsync(scratch.Path, content, blob, _ => spool, cancellationToken).ConfigureAwait(false);
        using var file = new FileStream(spool, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        Write(LayerMember(written.Digest), file, written.Size);
        return written;
    }

    private void WriteLegacy(DockerLegacyLayer layer)
    {
        Tar.Write(new TarHeader
        {
            Name = Encoding.ASCII.GetBytes(layer.Id + "/layer.tar"),
            Type = TarEntryType.SymbolicLink,
            LinkName = Encoding.ASCII.GetBytes("../" + LayerMember(layer.DiffId.Value)),
        });
        Write(layer.Id + "/VERSION", "1.0"u8.ToArray());
        Write(layer.Id + "/json", layer.Json.ToArray());
    }

    private void Write(string member, byte[] content) => Write(member, new MemoryStream(content, writable: false), content.Length);

    private void Write(string member, Stream content, long size) => Tar.Write(
        new TarHeader { Name = Encoding.ASCII.GetBytes(member), Type = TarEntryType.RegularFile, Mode = Octal.O444, Size = size },
        content);
}
