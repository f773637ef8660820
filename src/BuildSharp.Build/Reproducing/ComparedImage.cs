using System.Text.Json;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Build.Reproducing;

/// <summary>What is compared of an image.</summary>
/// <param name="Id">Its ID.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Config">Its config.</param>
/// <param name="Layers">Its layers in the store, from the bottom.</param>
internal sealed record ComparedImage(string Id, byte[] Manifest, byte[] Config, IReadOnlyList<StoredLayer> Layers)
{
    /// <summary>Reads everything but the layers now, because an image of the same ID may replace it.</summary>
    public static ComparedImage Read(Store store, string id)
    {
        var image = store.Images.Find(id) ?? throw new BuildSharpException($"image {id[..12]} is not there any more: somebody removed it; build again");
        return new ComparedImage(
            id, store.Images.ReadData(id, "manifest"), store.Images.ReadData(id, $"sha256:{id}"), store.Layers.Chain(image.TopLayer));
    }

    /// <summary>Whether both are the same bytes, layers included: the config names these by digest.</summary>
    public bool IsSameAs(ComparedImage other) => Id == other.Id && Manifest.AsSpan().SequenceEqual(other.Manifest);

    /// <summary>For each layer the instruction that made it; empty without history.</summary>
    public IReadOnlyList<string> Instructions() =>
        [.. ImageConfig.Parse(Config).History.Where(entry => !entry.EmptyLayer).Select(entry => entry.CreatedBy ?? "")];

    /// <summary>The config as JSON.</summary>
    public JsonElement ConfigJson() => UnambiguousJson.Parse(Config);

    /// <summary>The manifest as JSON.</summary>
    public JsonElement ManifestJson() => UnambiguousJson.Parse(Manifest);
}
