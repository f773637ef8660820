using BuildSharp.Oci;

namespace BuildSharp.Storage.Layers;

/// <summary>A layer was removed after it was stored and before its image was, because another image that had it was removed. The caller
/// should store the layers again.</summary>
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

    /// <summary>The container's layer changed after it was hashed.</summary>
    internal static LayerRemovedException Disturbed(string containerId) =>
        new($"container {containerId} was mounted or removed while it was being committed; nothing was stored, repeat the command");
}
