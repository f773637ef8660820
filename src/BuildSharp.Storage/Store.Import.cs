using System.Text;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Diffs;

namespace BuildSharp.Storage;

// Storing layers that come as tars.
public sealed partial class Store
{
    /// <summary>The id that all tools give to a layer of an image (storage.md §7.2).</summary>
    /// <param name="parentId">Id of the layer below; null for a base layer.</param>
    /// <param name="diffId">Hash of the layer's tar.</param>
    public static string LayerIdFor(string? parentId, DiffId diffId) =>
        parentId is null ? diffId.Hex : Digest.Sha256(Encoding.ASCII.GetBytes($"{parentId}+{diffId.Hex}")).Hex;

    /// <summary>Stores a layer. The tar is unpacked beside the store with no lock held, hashed before and after decompression in the same
    /// pass, and becomes visible complete. A layer of the same id is returned as it is.</summary>
    /// <exception cref="BuildSharpException">The tar is damaged, or hashes to something else than expected.</exception>
    public StoredLayer ImportLayer(LayerImport import)
    {
        var id = import.Id ?? (import.Expected is { } known ? LayerIdFor(import.ParentId, known) : null);
        if (id is not null && LayerSet().ById(id) is { IsIncomplete: false } existing)
        {
            return WithFiles(existing);
        }

        MakeAll();
        using var staged = StagedLayer.Create(_directories, _driver, import.ParentId, bringsAll: false);
        LayerSummary summary;
        Digest compressedDigest;
        long compressedSize;
        CompressionKind compression;
        using (var compressed = new DigestingStream(import.Tar, leaveOpen: true))
        using (var tar = Compression.OpenDecompressing(compressed, out compression))
        {
            using (var content = staged.OpenContent())
            using (var tarSplit = staged.CreateTarSplit())
            {
                summary = new LayerApplier(content, new LayerApplierOptions { Whiteouts = _driver.Whiteouts }).Apply(tar, tarSplit, import.Name);
            }

            // Whatever follows the compressed data belongs to the blob and to its hash.
            compressed.CopyTo(Stream.Null);
            compressedSize = compressed.ByteCount;
            compressedDigest = compressed.Complete();
        }

        if (import.Expected is { } expected && expected != summary.DiffId)
        {
            throw new BuildSharpException($"{import.Name}: the uncompressed layer hashes to {summary.DiffId}, the image's config says {expected}; nothing was stored");
        }

        return Publish(staged, new StoredLayer
        {
            Id = id ?? LayerIdFor(import.ParentId, summary.DiffId),
            Parent = import.ParentId,
            Created = Now(),
            CompressedDigest = import.SameBlob?.CompressedDigest ?? compressedDigest,
            CompressedSize = import.SameBlob?.CompressedSize ?? compressedSize,
            Compression = import.SameBlob?.Compression ?? RecordedCompression(compression),
            DiffId = summary.DiffId,
            DiffSize = summary.Size,
            Uids = summary.Uids,
            Gids = summary.Gids,
        });
    }

    /// <summary>The layer with the diff ID on the parent, under the id that all tools give it; null when there is none.</summary>
    /// <exception cref="BuildSharpException">Its files are lost.</exception>
    public StoredLayer? FindLayer(string? parentId, DiffId diffId)
    {
        var layer = LayerSet().ById(LayerIdFor(parentId, diffId));
        return layer is { IsIncomplete: false } && layer.DiffId == diffId ? WithFiles(layer) : null;
    }

    /// <summary>Layers whose blob or tar has the digest: where its bytes can be had without fetching them.</summary>
    public IReadOnlyList<StoredLayer> LayersByDigest(Digest digest) =>
        [.. Layers().Where(layer => layer.DiffId.Value == digest || layer.CompressedDigest == digest)];

    /// <summary>Refuses to build on a layer of which only the record is left: what is stored because it seemed to be there already would be
    /// lost.</summary>
    private StoredLayer WithFiles(StoredLayer layer) => _driver.Exists(layer.Id) ? layer : throw new BuildSharpException(
        $"layer {layer.Id} has lost its files in {_directories.Home}; \"check --repair --force\" removes it with the images that need it, then repeat the command");

    private StoredLayer Publish(StagedLayer staged, StoredLayer record)
    {
        using var layersHeld = WriteLayers(out var set);
        if (WithReadOnly(set).ById(record.Id) is { IsIncomplete: false } existing)
        {
            return WithFiles(existing);
        }

        if (record.Parent is { } parent && WithReadOnly(set).ById(parent) is not { IsIncomplete: false })
        {
            throw new BuildSharpException($"layer {parent} was removed while a layer above it was being stored; repeat the command");
        }

        return AddLayer(layersHeld, set, record, staged.ContentPath, staged.TarSplitPath).ById(record.Id)!;
    }

    private static int RecordedCompression(CompressionKind kind) => kind switch
    {
        CompressionKind.Bzip2 => 1,
        CompressionKind.Gzip => 2,
        CompressionKind.Xz => 3,
        CompressionKind.Zstd => 4,
        _ => 0,
    };
}
