using System.Security.Cryptography;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;
using BuildSharp.Storage.Layers;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>Rebuilds the tar of every layer from its files and its tar-split, and compares the hash with the record and the files with the
/// tar. Holds no lock, because the files of a layer never change. Layers that are removed meanwhile are dropped from the result
/// later.</summary>
internal static class DigestExamination
{
    /// <summary>Layers whose tar differs from their record, or whose files differ from their tar, with the difference.</summary>
    /// <param name="layers">The layers to examine.</param>
    /// <param name="open">Opens a layer's tar.</param>
    /// <param name="openTree">Opens a layer's files; null where they cannot be compared with the tar.</param>
    internal static Dictionary<StoredLayer, LayerProblem> Examine(
        IReadOnlyList<StoredLayer> layers, Func<StoredLayer, LayerTar> open, Func<StoredLayer, TreeExamination?> openTree)
    {
        var problems = new LayerProblem?[layers.Count];
        Parallel.For(0, layers.Count, index => problems[index] = Problem(layers[index], open, openTree));
        return layers.Zip(problems).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!);
    }

    private static LayerProblem? Problem(StoredLayer layer, Func<StoredLayer, LayerTar> open, Func<StoredLayer, TreeExamination?> openTree)
    {
        try
        {
            using var tar = open(layer);
            if (tar.DiffId is null)
            {
                // A missing tar-split is reported by another examination.
                return null;
            }

            using var tree = openTree(layer);
            using var counted = new DigestingStream(tar.Content, leaveOpen: true);
            var differences = tree?.Examine(counted) ?? [];
            counted.CopyTo(Stream.Null);
            var size = counted.ByteCount;
            var digest = counted.Complete();
            if (digest != layer.DiffId.Value || (layer.DiffSize >= 0 && size != layer.DiffSize))
            {
                return new LayerProblem($"its tar hashes to {digest} ({size} bytes), recorded are {layer.DiffId} ({layer.DiffSize} bytes)", []);
            }

            return differences switch
            {
                [] => null,
                [var one] => new LayerProblem(one, tree!.Restorable),
                [var first, ..] => new LayerProblem($"{first}, and {differences.Count - 1} more differ from its tar", tree!.Restorable),
            };
        }
        catch (Exception e) when (e is BuildSharpException or LinuxException or IOException or InvalidDataException or CryptographicException)
        {
            // The finding names the layer too, so remove the title from the error's text.
            var title = $"layer {layer.Id}: ";
            return new LayerProblem(e.Message.StartsWith(title, StringComparison.Ordinal) ? e.Message[title.Length..] : e.Message, []);
        }
    }
}

/// <summary>Why a layer is not what its record says.</summary>
/// <param name="Text">What was found.</param>
/// <param name="Restorable">For a layer whose tar has the recorded digest: the entries whose files differ only in owner, mode or
/// attributes. Empty when the layer has any other difference.</param>
internal sealed record LayerProblem(string Text, IReadOnlyList<TarHeader> Restorable);
