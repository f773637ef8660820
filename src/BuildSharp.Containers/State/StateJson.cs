using System.Text.Json;
using System.Text.Json.Nodes;
using BuildSharp.Oci;

namespace BuildSharp.Containers.State;

/// <summary>Reading and writing fields of a state document in the shapes that Go gives them.</summary>
internal static class StateJson
{
    public static string Text(this JsonObject json, string name) => TextOf(json[name]) ?? "";

    public static bool Flag(this JsonObject json, string name) => (json[name] as JsonValue)?.GetValueKind() == JsonValueKind.True;

    public static long Number(this JsonObject json, string name) =>
        json[name] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<long>(out var number) ? number : 0;

    public static IReadOnlyList<string> Texts(this JsonObject json, string name)
    {
        var texts = new List<string>();
        foreach (var item in json[name] as JsonArray ?? [])
        {
            if (TextOf(item) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    public static Dictionary<string, string> TextMap(this JsonObject json, string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json[name] is JsonObject fields)
        {
            foreach (var (key, _) in fields)
            {
                map[key] = fields.Text(key);
            }
        }

        return map;
    }

    /// <summary>Sets a text, or removes the field when it is empty: Go's <c>omitempty</c>.</summary>
    public static void SetOptional(this JsonObject json, string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            json.Remove(name);
        }
        else
        {
            json[name] = value;
        }
    }

    public static JsonArray ToArray(IEnumerable<string> items) => new([.. items.Select(item => (JsonNode)JsonValue.Create(item)!)]);

    public static JsonObject ToMap(IEnumerable<KeyValuePair<string, string>> items)
    {
        var map = new JsonObject();
        foreach (var (key, value) in items.OrderBy(item => item.Key, GoJson.KeyOrder))
        {
            map[key] = value;
        }

        return map;
    }

    public static List<History> HistoryOf(this JsonObject json, string name)
    {
        var entries = new List<History>();
        if (json[name] is JsonArray array)
        {
            entries.AddRange(array.OfType<JsonObject>().Select(entry => new History
            {
                Created = Timestamp.TryParse(entry.Text("created"), out var created) ? created : null,
                Author = NullIfEmpty(entry.Text("author")),
                CreatedBy = NullIfEmpty(entry.Text("created_by")),
                Comment = NullIfEmpty(entry.Text("comment")),
                EmptyLayer = entry.Flag("empty_layer"),
            }));
        }

        return entries;
    }

    public static JsonNode? ToHistory(IReadOnlyList<History> entries)
    {
        if (entries.Count == 0)
        {
            return null;
        }

        var array = new JsonArray();
        foreach (var entry in entries)
        {
            var json = new JsonObject();
            json.SetOptional("created", entry.Created?.ToString());
            json.SetOptional("created_by", entry.CreatedBy);
            json.SetOptional("author", entry.Author);
            json.SetOptional("comment", entry.Comment);
            if (entry.EmptyLayer)
            {
                json["empty_layer"] = true;
            }

            array.Add((JsonNode)json);
        }

        return array;
    }

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.ToString() : null;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
