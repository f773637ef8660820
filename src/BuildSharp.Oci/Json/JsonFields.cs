using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace BuildSharp.Oci.Json;

/// <summary>The fields of one JSON object. An absent field and a <c>null</c> read as null or empty; a field of a wrong type is an error
/// that names it.</summary>
/// <remarks>Go's decoder matches field names without case and uses the last match. Two keys that differ only in case could therefore
/// describe different images to different readers under one digest, so they are an error. Keys of maps (labels, annotations, ports,
/// volumes) are exact in Go too and may differ only in case.</remarks>
public sealed class JsonFields
{
    private readonly JsonElement _element;
    private readonly string _what;

    private JsonFields(JsonElement element, string what)
    {
        _element = element;
        _what = what;
    }

    /// <summary>The fields of an element of the document <paramref name="what"/>, which starts error messages.</summary>
    public static JsonFields Of(JsonElement element, string what) =>
        element.ValueKind == JsonValueKind.Object
            ? new JsonFields(element, what)
            : throw new BuildSharpException($"{what}: expected a JSON object, found {Kind(element)}");

    /// <summary>Names of all fields, as written.</summary>
    public IEnumerable<string> Names => _element.EnumerateObject().Select(property => property.Name);

    /// <summary>An error about the document.</summary>
    public BuildSharpException Error(string message) => new($"{_what}: {message}");

    /// <summary>Whether the field is present and not <c>null</c>.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>An object; null when absent.</summary>
    public JsonFields? Object(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Object ? new JsonFields(value, _what) : throw Wrong(name, "an object", value);
    }

    /// <summary>A string; null when absent.</summary>
    public string? String(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(name, "a string", value);
    }

    /// <summary>A string that must be present and not empty.</summary>
    public string RequiredString(string name) =>
        String(name) is { Length: > 0 } value ? value : throw Error($"\"{name}\" is missing");

    /// <summary>A boolean; false when absent.</summary>
    public bool Bool(string name)
    {
        if (Find(name) is not { } value)
        {
            return false;
        }

        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false", value),
        };
    }

    /// <summary>A 64-bit integer; null when absent.</summary>
    public long? Integer(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw Wrong(name, "an integer", value);
    }

    /// <summary>A time in RFC 3339 form; null when absent.</summary>
    public Timestamp? Time(string name)
    {
        if (String(name) is not { } text)
        {
            return null;
        }

        return Timestamp.TryParse(text, out var time) ? time : throw Error($"\"{name}\" is not a time: \"{text}\"");
    }

    /// <summary>A digest that must be present.</summary>
    public Digest RequiredDigest(string name) => ParseDigest(name, RequiredString(name));

    /// <summary>A list of digests; empty when absent.</summary>
    public IReadOnlyList<Digest> Digests(string name) => [.. Strings(name).Select(text => ParseDigest(name, text))];

    /// <summary>A list of strings, or a string as a list of one; empty when absent.</summary>
    public IReadOnlyList<string> Strings(string name) => StringsOrNull(name) ?? [];

    /// <summary>A list of strings. Old versions of Docker wrote a command of one word as a plain string.</summary>
    public IReadOnlyList<string>? StringsOrNull(string name)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return [value.GetString()!];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(name, "a list of strings", value);
        }

        var strings = new string[value.GetArrayLength()];
        var i = 0;
        foreach (var item in value.EnumerateArray())
        {
            strings[i++] = item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(name, "a list of strings", item);
        }

        return strings;
    }

    /// <summary>A list of objects; empty when absent.</summary>
    public IReadOnlyList<JsonFields> Objects(string name)
    {
        if (Find(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Wrong(name, "a list of objects", value);
        }

        var objects = new List<JsonFields>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            objects.Add(item.ValueKind == JsonValueKind.Object ? new JsonFields(item, _what) : throw Wrong(name, "a list of objects", item));
        }

        return objects;
    }

    /// <summary>A map of strings; empty when absent.</summary>
    public IReadOnlyDictionary<string, string> Map(string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Object(name) is { } fields)
        {
            foreach (var property in fields._element.EnumerateObject())
            {
                map[property.Name] = property.Value.ValueKind switch
                {
                    JsonValueKind.String => property.Value.GetString()!,
                    JsonValueKind.Null => "",
                    _ => throw Wrong(property.Name, "a string", property.Value),
                };
            }
        }

        return map;
    }

    /// <summary>The keys of an object whose values are empty objects.</summary>
    public IReadOnlyCollection<string> Set(string name) => Object(name) is { } fields ? [.. fields.Names] : [];

    private Digest ParseDigest(string name, string text) =>
        Digest.TryParse(text, out var digest) ? digest : throw Error($"\"{name}\" is not a sha256 or sha512 digest: \"{text}\"");

    private JsonElement? Find(string name)
    {
        foreach (var property in _element.EnumerateObject())
        {
            if (EqualsButForCase(property, name))
            {
                throw Error($"the key \"{property.Name}\" differs from \"{name}\" in case alone: some tools would read it as that");
            }
        }

        return _element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private static bool EqualsButForCase(JsonProperty property, string name)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        if (Ascii.IsValid(raw) && !raw.Contains((byte)'\\'))
        {
            return raw.Length == name.Length && Ascii.EqualsIgnoreCase(raw, name) && !Ascii.Equals(raw, name);
        }

        var text = property.Name;
        // The two characters beyond ASCII that Go's case folding maps to ASCII letters: the long s and the Kelvin sign.
        return text != name && text.Replace('\u017f', 's').Replace('\u212a', 'k').Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    private BuildSharpException Wrong(string name, string expected, JsonElement found) =>
        Error($"\"{name}\" is not {expected} but {Kind(found)}");

    private static string Kind(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => $"the number {element.GetRawText()}",
        var other => other.ToString().ToLowerInvariant(),
    };
}
