using BuildSharp.Oci;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Images;

/// <summary>An image cannot be removed because a container was made from it.</summary>
public sealed class ImageInUseException : BuildSharpException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="image">Id of the image.</param>
    /// <param name="containers">The containers made from it, one at least.</param>
    public ImageInUseException(string image, IReadOnlyList<StoredContainer> containers)
        : base($"image used by {string.Join(", ", containers.Select(Name))}: image is in use by a container: remove {(containers.Count == 1 ? "it" : "them")} first (rm), "
            + "or force the removal of both (rmi --force)")
    {
        Image = image;
        Containers = [.. containers.Select(container => container.Id)];
    }

    /// <summary>Id of the image.</summary>
    public string Image { get; }

    /// <summary>Ids of the containers made from it.</summary>
    public IReadOnlyList<string> Containers { get; }

    private static string Name(StoredContainer container) => container.Names is [var name, ..] ? name : container.Id;
}
