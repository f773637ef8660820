using System.Security.Cryptography;
using BuildSharp.Linux;
using BuildSharp.Oci;
using BuildSharp.Oci.Layers;

namespace BuildSharp.Storage;

/// <summary>Rebuilds every layer's tar from its files and its tar-split, compares the hash with the record, and the files with the tar. No
/// lock is held: a layer's files never change, and what vanished meanwhile is sorted out afterwards.</summary>
internal static class DigestExamination
{
    /// <summary>Layers whose tar is not what their record says, or whose files are not what their tar says, and how.</summary>
    /// <param name="layers">The layers to look at.</param>
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
                // It has no tar-split, which is a finding of its own.
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
            // Whoever finds it says which layer it is, too.
            var title = $"layer {layer.Id}: ";
            return new LayerProblem(e.Message.StartsWith(title, StringComparison.Ordinal) ? e.Message[title.Length..] : e.Message, []);
        }
    }
}

/// <summary>Why a layer is not what its record says.</summary>
/// <param name="Text">What was found.</param>
/// <param name="Restorable">Of a layer whose tar has the right digest: the entries whose files differ in nothing but owner, mode and
/// attributes, when that is all that is wrong.</param>
internal sealed record LayerProblem(string Text, IReadOnlyList<TarHeader> Restorable);
