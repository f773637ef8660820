using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Oci.Layers.Compression;
using BuildSharp.Storage.Diffs;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Layers;

// Stores layers that are given as tars.
public sealed partial class LayerStore
{
    /// <summary>Whether a layer can be unpacked only after the layer below it was stored. If false, the layers of an image can be unpacked
    /// at the same time.</summary>
    public bool NeedsLayerBelow => Driver.KeepsWholeTrees;

    /// <summary>Claims a layer that is to be fetched, without waiting.</summary>
    /// <param name="layerId">Id that the layer will have.</param>
    /// <returns>The claim; null while another process, or another thread of this one, has it.</returns>
    public LayerClaim? TryClaim(string layerId)
    {
        _place.MakeAll();
        return LayerClaim.TryMake(_place.Directories.Claims, layerId);
    }

    /// <summary>Stores a layer. An existing layer with the same id is returned unchanged.</summary>
    /// <exception cref="BuildSharpException">The tar is damaged, or its hash is not the expected one.</exception>
    public StoredLayer Import(LayerImport import)
    {
        var id = import.Id ?? (import.Expected is { } known ? IdFor(import.ParentId, known) : null);
        if (id is not null && Read().ById(id) is { IsIncomplete: false } existing)
        {
            return WithFiles(existing);
        }

        using var unpacked = Unpack(import);
        return Publish([unpacked])[0];
    }

    /// <summary>Unpacks a layer to a staging directory, without a lock; compressed and uncompressed hashes are computed in the same
    /// pass.</summary>
    /// <exception cref="BuildSharpException">The tar is damaged, or its hash is not the expected one.</exception>
    public UnpackedLayer Unpack(LayerImport import)
    {
        _place.MakeAll();
        var staged = StagedLayer.Create(_place, NeedsLayerBelow ? import.ParentId : null, bringsAll: false);
        try
        {
            return Unpack(import, staged);
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>Makes unpacked layers visible together. A layer that another process stored meanwhile is left as it is.</summary>
    /// <param name="unpacked">The layers, each after the one below it; their files are moved into place.</param>
    /// <returns>The layers as they are in the store.</returns>
    /// <exception cref="BuildSharpException">A layer below one of them was removed.</exception>
    public IReadOnlyList<StoredLayer> Publish(IReadOnlyList<UnpackedLayer> unpacked)
    {
        using var layers = Write();
        var present = AllOf(layers);
        var added = new List<LayerAddition>();
        foreach (var layer in unpacked.Where(layer => present.ById(layer.Record.Id) is not { IsIncomplete: false }))
        {
            if (layer.Record.Parent is { } parent && present.ById(parent) is not { IsIncomplete: false } && !added.Exists(below => below.Layer.Id == parent))
            {
                throw new BuildSharpException($"layer {parent} was removed while a layer above it was being stored; repeat the command");
            }

            added.Add(layer.ToAddition());
        }

        if (added.Count > 0)
        {
            layers.Add(added);
        }

        present = AllOf(layers);
        return [.. unpacked.Select(layer => WithFiles(present.ById(layer.Record.Id)!))];
    }

    private UnpackedLayer Unpack(LayerImport import, StagedLayer staged)
    {
        LayerSummary summary;
        CompressionKind compression;
        (Digest Digest, long Size) blob;
        using (var hashed = import.Verified is null ? new DigestingStream(import.Tar, leaveOpen: true) : null)
        {
            var compressed = hashed ?? import.Tar;
            using (var tar = new ThreadedStream(Compression.OpenDecompressing(compressed, out compression, leaveOpen: true), import.Cancellation))
            using (var content = staged.OpenContent())
            using (var tarSplit = staged.CreateTarSplit())
            {
                summary = new LayerApplier(content, new LayerApplierOptions { Whiteouts = Driver.Whiteouts }).Apply(tar, tarSplit, import.Name);

                // Data after the end of the compressed tar belongs to the blob and to its hash.
                compressed.CopyTo(Stream.Null);
                blob = import.Verified ?? (hashed!.Complete(), hashed.ByteCount);
            }
        }

        if (import.Expected is { } expected && expected != summary.DiffId)
        {
            throw new BuildSharpException($"{import.Name}: the uncompressed layer hashes to {summary.DiffId}, the image's config says {expected}; nothing was stored");
        }

        var record = new StoredLayer
        {
            Id = import.Id ?? IdFor(import.ParentId, summary.DiffId),
            Parent = import.ParentId,
            Created = StorePlace.Now(),
            CompressedDigest = import.SameBlob?.CompressedDigest ?? blob.Digest,
            CompressedSize = import.SameBlob?.CompressedSize ?? blob.Size,
            Compression = import.SameBlob?.Compression ?? RecordedCompression(compression),
            DiffId = summary.DiffId,
            DiffSize = summary.Size,
            Uids = summary.Uids,
            Gids = summary.Gids,
        };
        return new UnpackedLayer(staged, record, inheritsRoot: !NeedsLayerBelow && !summary.HasRoot);
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
