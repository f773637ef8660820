using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>A layer's uncompressed tar, to be read once and disposed.</summary>
public sealed class LayerTar : IDisposable
{
    private readonly Action? _finish;

    internal LayerTar(Stream content, DiffId? diffId, long? size, Action? finish = null)
    {
        Content = content;
        DiffId = diffId;
        Size = size;
        _finish = finish;
    }

    /// <summary>The bytes. Reading ends in an exception when a file of the layer is not what it was.</summary>
    public Stream Content { get; }

    /// <summary>What the bytes hash to, where it is known beforehand.</summary>
    public DiffId? DiffId { get; }

    /// <summary>How many bytes there are, where it is known beforehand.</summary>
    public long? Size { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Content.Dispose();
        _finish?.Invoke();
    }
}
