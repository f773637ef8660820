using BuildSharp.Oci;

namespace BuildSharp.Storage.Images;

/// <summary>An image cannot be removed because a container was made from it.</summary>
public sealed class ImageInUseException : BuildSharpException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="image">Id of the image.</param>
    /// <param name="container">Id of a container made from it.</param>
    public ImageInUseException(string image, string container)
        : base($"image used by {container}: image is in use by a container: consider listing external containers and force-removing image")
    {
        Image = image;
        Container = container;
    }

    /// <summary>Id of the image.</summary>
    public string Image { get; }

    /// <summary>Id of a container made from it.</summary>
    public string Container { get; }
}
