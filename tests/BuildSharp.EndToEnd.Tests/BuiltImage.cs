using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using BuildSharp.Testing;

namespace BuildSharp.EndToEnd.Tests;

/// <summary>An image as Debian's tools see it, with what has to differ between two builds taken out.</summary>
internal sealed partial record BuiltImage(string Config, string History, string Tree)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Reads an image through buildah, whoever built it.</summary>
    public static async Task<BuiltImage> ReadAsync(Tool buildah, string image)
    {
        var shown = JsonNode.Parse((await buildah.RunAsync("inspect", "--type", "image", image)).Output)!;
        var isDocker = shown["Manifest"]!.GetValue<string>().Contains("docker.distribution", StringComparison.Ordinal);
        var config = shown[isDocker ? "Docker" : "OCIv1"]!["config"]!.DeepClone().AsObject();
        if (config["Labels"] is JsonObject labels)
        {
            // The version label names the builder.
            labels.Remove("io.buildah.version");
            labels.Remove("io.buildsharp.version");
            if (labels.Count == 0)
            {
                config.Remove("Labels");
            }
        }
        // In Docker format buildah writes the head of a random id.
        config.Remove("Hostname");
        // Docker's JSON has null, an empty list or an empty object for what is not set; all say the same.
        foreach (var key in config.Where(pair => pair.Value is null or JsonArray { Count: 0 } or JsonObject { Count: 0 }).Select(pair => pair.Key).ToList())
        {
            config.Remove(key);
        }

        // buildah runs the image's triggers here and shows them as steps; the container's name comes last.
        var container = (await buildah.RunAsync("from", "--pull-never", image)).Lines[^1];
        var root = await buildah.ReadAsync("mount", container);
        var tree = await FileTree.ReadAsync(root);
        await buildah.RunAsync("rm", container);
        return new BuiltImage(Sorted(config), HistoryOf(shown["OCIv1"]!["history"]), tree);
    }

    /// <remarks>Buildah 1.43 hashes what is copied in another way than Debian's 1.28, ends such an entry with more blanks, and has its
    /// comment at another place. We write what 1.43 does, which <see cref="SameImageIdTests"/> and <see cref="BaseAnnotationTests"/> show.</remarks>
    private static string HistoryOf(JsonNode? history) => string.Join('\n', (history?.AsArray() ?? []).Select(entry =>
    {
        var copy = entry!.DeepClone().AsObject();
        copy.Remove("created");
        copy.Remove("comment");
        if (copy["created_by"]?.GetValue<string>() is { } made)
        {
            copy["created_by"] = CopiedContent().Replace(made, "$1{hash}").TrimEnd();
        }

        return Sorted(copy);
    }));

    [GeneratedRegex("((?:file|dir|multi):)[0-9a-f]{64}")]
    private static partial Regex CopiedContent();

    private static string Sorted(JsonObject value) =>
        new JsonObject(value.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())))
            .ToJsonString(Indented);
}
