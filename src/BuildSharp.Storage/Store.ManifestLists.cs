using BuildSharp.Oci;

namespace BuildSharp.Storage;

// Manifest lists: images of their own in the store, without layers, that name others by digest.
public sealed partial class Store
{
    /// <summary>What someone means who names an image to use its content: of a manifest list the image for a platform, any other itself.</summary>
    /// <param name="image">The image that has the name.</param>
    /// <param name="platform">What it is to run on.</param>
    /// <exception cref="BuildSharpException">The list has none for the platform, or its image is not in the store.</exception>
    public StoredImage ForPlatform(StoredImage image, Platform platform)
    {
        // Only what has no layers can be a list, so that nobody else pays for the look.
        if (image.TopLayer is not null || TryReadImageData(image.Id, "manifest") is not { } bytes
            || ManifestBlob.GuessMediaType(bytes) is not { } type || !MediaType.IsIndex(type))
        {
            return image;
        }

        var name = image.Names is [var first, ..] ? first : image.Id;
        Descriptor chosen;
        try
        {
            chosen = ImageIndex.Parse(bytes, type).Choose(platform);
        }
        catch (BuildSharpException e)
        {
            throw new BuildSharpException($"{name}: {e.Message}", e);
        }

        return ImagesByDigest(chosen.Digest).FirstOrDefault(other => other.Id != image.Id) ?? throw new BuildSharpException(
            $"{name}: its image for platform {platform} ({chosen.Digest}) is not in {Options.GraphRoot}; pull or build that image first");
    }
}
