using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>Between storing an image's layers and the image itself somebody removed a layer, with another image that had it. Making the
/// layers once more helps.</summary>
public sealed class LayerRemovedException : BuildSharpException
{
    internal LayerRemovedException(string layer, string root)
        : base($"layer {layer} of the new image is gone from {root}: someone removed it meanwhile; repeat the command")
    {
    }

    private LayerRemovedException(string message)
        : base(message)
    {
    }

    /// <summary>The container's layer is not what was hashed.</summary>
    internal static LayerRemovedException Disturbed(string containerId) =>
        new($"container {containerId} was mounted or removed while it was being committed; nothing was stored, repeat the command");
}
