using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Layers;

/// <summary>A layer to add to the store.</summary>
/// <param name="Layer">The complete record.</param>
/// <param name="Content">A staged tree; null for a layer without files.</param>
/// <param name="TarSplit">A staged tar-split; null for a container's layer.</param>
internal sealed record LayerAddition(StoredLayer Layer, string? Content, string? TarSplit)
{
    /// <summary>Whether the staged tree's root directory is to get the owner and mode of the layer below.</summary>
    public bool InheritsRoot { get; init; }
}
