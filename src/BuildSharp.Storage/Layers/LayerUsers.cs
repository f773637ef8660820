using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Layers;

/// <summary>A snapshot of the images and containers that may use layers.</summary>
/// <param name="Images">The images of this store.</param>
/// <param name="Containers">The containers.</param>
internal sealed record LayerUsers(RecordSet<StoredImage> Images, RecordSet<StoredContainer> Containers)
{
    /// <summary>Whether an image or another layer uses the layer.</summary>
    internal static bool IsUsed(string layerId, RecordSet<StoredLayer> layers, RecordSet<StoredImage> images) =>
        layers.Items.Any(layer => layer.Parent == layerId)
        || images.Items.Any(image => image.TopLayer == layerId || image.MappedLayers.Contains(layerId));

    /// <summary>Whether an image, a container or another layer uses the layer.</summary>
    internal bool Need(StoredLayer layer, RecordSet<StoredLayer> layers) =>
        IsUsed(layer.Id, layers, Images) || Containers.Items.Any(container => container.LayerId == layer.Id);

    /// <summary>The layers of a removed image that nothing else needs, topmost first.</summary>
    internal List<StoredLayer> UnneededOf(StoredImage image, RecordSet<StoredLayer> layers)
    {
        var doomed = new List<StoredLayer>();
        foreach (var top in image.MappedLayers.Append(image.TopLayer).OfType<string>())
        {
            for (var layer = layers.ById(top); layer is not null && !Need(layer, layers);)
            {
                doomed.Add(layer);
                layers = layers.Without(layer.Id);
                layer = layer.Parent is null ? null : layers.ById(layer.Parent);
            }
        }

        return doomed;
    }
}
