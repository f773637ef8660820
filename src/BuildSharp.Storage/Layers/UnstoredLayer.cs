using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage.Layers;

/// <summary>A container's changes as a layer that is not stored. Its tar is made of the container's files each time it is opened, so that
/// no copy of them takes space.</summary>
public sealed class UnstoredLayer
{
    private readonly Func<LayerTar> _open;

    private UnstoredLayer(Func<LayerTar> open, DiffId diffId, long size)
    {
        _open = open;
        DiffId = diffId;
        Size = size;
    }

    /// <summary>Hash of the tar.</summary>
    public DiffId DiffId { get; }

    /// <summary>Length of the tar in bytes.</summary>
    public long Size { get; }

    /// <summary>Makes the tar. Reading throws at its end when it is no longer what was measured, because files have changed.</summary>
    public Stream Open()
    {
        var tar = _open();
        return new VerifyingStream(new LayerTarStream(tar), DiffId.Value, Size, "layer of the container, whose files changed meanwhile");
    }

    /// <summary>Reads the tar once, to hash it.</summary>
    /// <param name="open">Makes the tar.</param>
    internal static UnstoredLayer Measure(Func<LayerTar> open)
    {
        using var tar = open();
        using var digesting = new DigestingStream(tar.Content, leaveOpen: true);
        digesting.CopyTo(Stream.Null, 256 * 1024);
        return new UnstoredLayer(open, new DiffId(digesting.Complete()), digesting.ByteCount);
    }
}
