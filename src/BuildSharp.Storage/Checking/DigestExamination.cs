using System.Security.Cryptography;
using BuildSharp.Linux;
using BuildSharp.Oci;

namespace BuildSharp.Storage;

/// <summary>Rebuilds every layer's tar from its files and its tar-split, and compares the hash with the record. No lock is held: a layer's
/// files never change, and what vanished meanwhile is sorted out afterwards.</summary>
internal static class DigestExamination
{
    /// <summary>Layers whose tar is not what their record says, and how.</summary>
    internal static IReadOnlyDictionary<StoredLayer, string> Examine(IReadOnlyList<StoredLayer> layers, Func<StoredLayer, LayerTar> open)
    {
        var problems = new string?[layers.Count];
        Parallel.For(0, layers.Count, index => problems[index] = Problem(layers[index], open));
        return layers.Zip(problems).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!);
    }

    private static string? Problem(StoredLayer layer, Func<StoredLayer, LayerTar> open)
    {
        try
        {
            using var tar = open(layer);
            if (tar.DiffId is null)
            {
                // It has no tar-split, which is a finding of its own.
                return null;
            }

            using var counted = new BuildSharp.Oci.Layers.DigestingStream(tar.Content, leaveOpen: true);
            counted.CopyTo(Stream.Null);
            var size = counted.ByteCount;
            var digest = counted.Complete();
            return digest == layer.DiffId.Value && (layer.DiffSize < 0 || size == layer.DiffSize)
                ? null
                : $"its tar hashes to {digest} ({size} bytes), recorded are {layer.DiffId} ({layer.DiffSize} bytes)";
        }
        catch (Exception e) when (e is BuildSharpException or LinuxException or IOException or InvalidDataException or CryptographicException)
        {
            return e.Message;
        }
    }
}
