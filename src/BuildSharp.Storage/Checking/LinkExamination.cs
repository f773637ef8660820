using BuildSharp.Linux;
using BuildSharp.Storage.Records;

namespace BuildSharp.Storage.Checking;

/// <summary>Checks the short links of overlay layers, and the lists of lower layers that consist of them (containers/storage,
/// drivers/overlay).</summary>
internal static class LinkExamination
{
    /// <summary>Characters of a link's name.</summary>
    internal const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>Number of characters in a link's name.</summary>
    internal const int NameLength = 26;

    internal static IEnumerable<Finding> Examine(StoreContents store) => store.Driver.Links is null ? [] : [.. Links(store), .. Layers(store)];

    /// <summary>Name of the link to the layer's directory; null when there is none.</summary>
    internal static string? LinkTo(string home, string layerId) => StoreContents.Entries(Path.Combine(home, "l"))
        .Select(entry => entry.NameText)
        .FirstOrDefault(name => LayerBehind(home, name) == layerId);

    /// <summary>Id of the layer whose directory the link points to; null when the name or the target is not that of a layer link.</summary>
    internal static string? LayerBehind(string home, string link) => IsLinkName(link) ? TargetOf(home, link) : null;

    /// <summary>Whether the text is a valid link name. The files it is read from may have been written by anyone, and any other text could
    /// lead outside the directory of links.</summary>
    internal static bool IsLinkName(string text) => text.Length == NameLength && !text.AsSpan().ContainsAnyExcept(Base32);

    /// <summary>Text of a small file; null when it is missing, empty when it cannot be read.</summary>
    internal static string? ReadSmall(string path) => !FileStatus.TryOf(path, out _) ? null
        : DataFiles.TryRead(path, out _) is { } text ? System.Text.Encoding.UTF8.GetString(text) : "";

    private static IEnumerable<Finding> Links(StoreContents store)
    {
        foreach (var name in StoreContents.Entries(Path.Combine(store.LayersHome, "l")).Select(entry => entry.NameText))
        {
            // A link may point to the old name of a layer that became an image's layer. Then the layer under the new name decides.
            if (TargetOf(store.LayersHome, name) is { } id && store.Layers.ById(Renamed(store, id)) is null && store.Layers.ById(id) is null && !store.IsNewId(id))
            {
                var path = Path.Combine(store.LayersHome, "l", name);
                yield return new Finding(FindingKind.Leftover, $"{path}: leads to {id}, which is no layer") { Remedy = new Remedy.RemovePath(path) };
            }
        }
    }

    private static IEnumerable<Finding> Layers(StoreContents store)
    {
        foreach (var layer in store.Layers.Items.Where(layer => !layer.IsIncomplete))
        {
            var directory = store.LayerDirectory(layer.Id);
            if (!FileStatus.TryOf(directory, out var status) || !status.IsDirectory || !Directory.Exists(Path.Combine(directory, "diff")))
            {
                continue;
            }

            var link = ReadSmall(Path.Combine(directory, "link"));
            if (link is null || LayerBehind(store.LayersHome, link) is not { } behind || Renamed(store, behind) != layer.Id)
            {
                yield return new Finding(FindingKind.Fault, $"{store.TitleOfLayer(layer.Id)}: its short link {Describe(link)} is missing or leads elsewhere")
                {
                    Remedy = new Remedy.Relink(layer.Id, link is not null && IsLinkName(link) ? link : null),
                };
                continue;
            }

            if (!LowersAreRight(store, layer, directory))
            {
                yield return new Finding(FindingKind.Fault, $"{store.TitleOfLayer(layer.Id)}: its list of lower layers is missing or wrong")
                {
                    Remedy = new Remedy.RewriteLowers(layer.Id),
                };
            }
        }
    }

    /// <summary>Whether the list names the same lower layers as the records. Older tools write one file, newer ones two.</summary>
    private static bool LowersAreRight(StoreContents store, StoredLayer layer, string directory)
    {
        if (layer.Parent is null)
        {
            return !Path.Exists(Path.Combine(directory, "lower")) && !Path.Exists(Path.Combine(directory, "lower-layers"));
        }

        var expected = store.Chain(layer.Parent).Select(below => below.Id).ToList();
        if (store.Chain(layer.Parent).LastOrDefault() is not { Parent: null }
            || !expected.TrueForAll(id => store.Homes.Any(home => File.Exists(Path.Combine(home, id, "link")))))
        {
            // A layer below or its link is missing. That is reported separately and repaired first.
            return true;
        }

        var lower = ReadSmall(Path.Combine(directory, "lower"));
        var ids = ReadSmall(Path.Combine(directory, "lower-layers"));
        return (lower is not null || ids is not null)
            && (ids is null || ids.Split(':').SequenceEqual(expected))
            && (lower is null || lower.Split(':').Select(entry => Behind(store, entry)).SequenceEqual(expected));
    }

    /// <summary>As <see cref="LayerBehind"/>, for a name read from the directory of links, which needs no validation.</summary>
    private static string? TargetOf(string home, string name) =>
        new FileInfo(Path.Combine(home, "l", name)).LinkTarget?.Split('/') is ["..", var id, "diff"] ? id : null;

    private static string Behind(StoreContents store, string lower)
    {
        var link = lower.StartsWith("l/", StringComparison.Ordinal) ? lower[2..] : "";
        foreach (var root in store.Homes)
        {
            if (LayerBehind(root, link) is { } id)
            {
                return Renamed(store, id);
            }
        }

        // A missing link is reported separately.
        return store.Homes.SelectMany(StoreContents.Entries, (home, entry) => (home, entry.NameText))
            .FirstOrDefault(pair => StoreContents.IsId(pair.NameText) && ReadSmall(Path.Combine(pair.home, pair.NameText, "link")) == link)
            .NameText ?? "";
    }

    private static string Renamed(StoreContents store, string id) => store.Driver.NewIdOf(id) ?? id;

    private static string Describe(string? link) => link is { Length: > 0 } ? $"l/{link.Trim()}" : "(it has none)";
}
