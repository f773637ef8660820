using System.Text.Json;
using System.Text.Json.Nodes;
using BuildSharp.Oci;
using BuildSharp.Oci.Json;

namespace BuildSharp.Containers.State;

/// <summary>Reads and writes fields of a state document in the form of Go's encoding/json.</summary>
internal static class StateJson
{
    public static string Text(this JsonObject json, string name) => TextOf(json[name]) ?? "";

    /// <summary>A text; null when the field is missing or empty, which is how Go writes an absent one.</summary>
    public static string? OptionalText(this JsonObject json, string name) => NullIfEmpty(json.Text(name));

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
            json[name] = ToValue(value);
        }
    }

    /// <summary>Sets the fields that <paramref name="write"/> writes; existing fields keep their positions.</summary>
    /// <param name="json">The document.</param>
    /// <param name="write">Writes properties, without the surrounding object.</param>
    public static void Take(this JsonObject json, Action<Utf8JsonWriter> write)
    {
        var written = (JsonObject)Parse(writer =>
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        });
        var fields = written.ToList();
        written.Clear();
        foreach (var (name, value) in fields)
        {
            json[name] = value;
        }
    }

    /// <summary>A string node.</summary>
    public static JsonNode ToValue(string text) => Parse(writer => writer.WriteStringValue(text));

    public static JsonNode ToMap(IEnumerable<KeyValuePair<string, string>> items) => Parse(writer =>
    {
        writer.WriteStartObject();
        foreach (var (key, value) in items.OrderBy(item => item.Key, GoJson.KeyOrder))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    });

    public static List<History> HistoryOf(this JsonObject json, string name)
    {
        var entries = new List<History>();
        if (json[name] is JsonArray array)
        {
            entries.AddRange(array.OfType<JsonObject>().Select(entry => new History
            {
                Created = Timestamp.TryParse(entry.Text("created"), out var created) ? created : null,
                Author = entry.OptionalText("author"),
                CreatedBy = entry.OptionalText("created_by"),
                Comment = entry.OptionalText("comment"),
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

        return Parse(writer =>
        {
            writer.WriteStartArray();
            foreach (var entry in entries)
            {
                writer.WriteStartObject();
                writer.WriteOptional("created", entry.Created?.ToString());
                writer.WriteOptional("created_by", entry.CreatedBy);
                writer.WriteOptional("author", entry.Author);
                writer.WriteOptional("comment", entry.Comment);
                if (entry.EmptyLayer)
                {
                    writer.WriteBoolean("empty_layer", true);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    /// <summary>Creates a node by parsing what is written. <c>JsonValue.Create</c> would initialise the serializer's converters by
    /// reflection on first use, which takes longer than the rest of the document.</summary>
    private static JsonNode Parse(Action<Utf8JsonWriter> write) => JsonNode.Parse(GoJson.ToBytes(write))!;

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.ToString() : null;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
