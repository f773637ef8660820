using BuildSharp.Oci;
using BuildSharp.Storage;
using BuildSharp.Storage.Records;

namespace BuildSharp.Cli.Commands.Images;

/// <summary>An entry of the history of an image.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Layer">Its layer; null when it has none.</param>
internal sealed record ImageStep(History Entry, StoredLayer? Layer)
{
    /// <summary>The entries of an image in the store, newest first.</summary>
    public static IReadOnlyList<ImageStep> Of(Store store, StoredImage image)
    {
        var layers = new Stack<StoredLayer>(store.Layers.Chain(image.TopLayer));
        return [.. ConfigOf(store, image).History.Reverse().Select(entry => new ImageStep(entry, entry.EmptyLayer || !layers.TryPop(out var layer) ? null : layer))];
    }

    /// <summary>The config of an image in the store.</summary>
    /// <exception cref="BuildSharpException">The image's data are damaged.</exception>
    public static ImageConfig ConfigOf(Store store, StoredImage image) => ImageConfig.Parse(store.Images.ReadData(
        image.Id, ImageManifest.Parse(store.Images.ReadData(image.Id, "manifest")).Config.Digest.ToString()));
}
