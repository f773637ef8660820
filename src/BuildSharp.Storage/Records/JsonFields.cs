using System.Text;
using System.Text.Json;
using BuildSharp.Oci;

namespace BuildSharp.Storage.Records;

/// <summary>Reads and writes the types of fields that records use. A null, as the Go tools write it, is treated as an absent
/// field.</summary>
internal static class JsonFields
{
    private static readonly (byte[] Utf8, string Text)[] KnownNames =
    [
        .. new[]
        {
            "id", "names", "created", "big-data-names", "flags", "layer", "parent", "digest", "diff-digest", "compressed-diff-digest",
            "diff-size", "compressed-size", "compression", "uidset", "gidset", "names-history", "big-data-sizes", "big-data-digests",
            "manifest", "image", "metadata", "mapped-layers", "mountlabel", "toc-digest", "uidmap", "gidmap", "MountLabel",
            "ProcessLabel", "Volatile", "incomplete", "container_id", "host_id", "size",
        }.Select(name => (Encoding.UTF8.GetBytes(name), name)),
    ];

    /// <summary>Reads a property name. Returns a constant for known names, because a store with a thousand images repeats each of them a
    /// thousand times.</summary>
    internal static string ReadName(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            foreach (var (utf8, text) in KnownNames)
            {
                if (reader.ValueSpan.SequenceEqual(utf8))
                {
                    return text;
                }
            }
        }

        return reader.GetString()!;
    }

    internal static string ReadText(ref Utf8JsonReader reader) => reader.GetString() ?? "";

    /// <summary>Reads a string; null when it is empty or absent.</summary>
    internal static string? ReadOptionalText(ref Utf8JsonReader reader) => ReadText(ref reader) is { Length: > 0 } text ? text : null;

    /// <summary>Reads an optional id; null when it is empty or absent.</summary>
    internal static string? ReadOptionalId(ref Utf8JsonReader reader) => ReadId(ref reader) is { Length: > 0 } id ? id : null;

    /// <summary>Reads an id. Ids are used as directory names, so one that contains a path is refused as damage or an attack.</summary>
    internal static string ReadId(ref Utf8JsonReader reader)
    {
        var id = ReadText(ref reader);
        return id is "." or ".." || id.AsSpan().ContainsAny('/', '\0')
            ? throw new FormatException($"\"{id[..Math.Min(id.Length, 80)]}\" is no id")
            : id;
    }

    internal static long ReadNumber(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Null ? 0 : reader.GetInt64();

    internal static Digest ReadDigest(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && Digest.TryParse(reader.ValueSpan, out var digest)
            ? digest
            : reader.GetString() is not { Length: > 0 } text ? default : Digest.Parse(text);

    internal static Timestamp ReadTime(ref Utf8JsonReader reader) =>
        reader.GetString() is not { } text ? Timestamp.GoZero : Timestamp.Parse(text);

    internal static IReadOnlyList<string> ReadTexts(ref Utf8JsonReader reader)
    {
        var items = new List<string>();
        for (Enter(ref reader, JsonTokenType.StartArray); reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.Null); reader.Read())
        {
            items.Add(ReadText(ref reader));
        }

        return items;
    }

    internal static IReadOnlyList<uint> ReadIds(ref Utf8JsonReader reader)
    {
        var items = new List<uint>();
        for (Enter(ref reader, JsonTokenType.StartArray); reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.Null); reader.Read())
        {
            items.Add(reader.GetUInt32());
        }

        return items;
    }

    internal static IReadOnlyDictionary<string, long> ReadNumbers(ref Utf8JsonReader reader)
    {
        var items = new Dictionary<string, long>(StringComparer.Ordinal);
        for (Enter(ref reader, JsonTokenType.StartObject); reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.Null); reader.Read())
        {
            var name = ReadName(ref reader);
            reader.Read();
            items[name] = ReadNumber(ref reader);
        }

        return items;
    }

    internal static IReadOnlyDictionary<string, string> ReadTextMap(ref Utf8JsonReader reader)
    {
        var items = new Dictionary<string, string>(StringComparer.Ordinal);
        for (Enter(ref reader, JsonTokenType.StartObject); reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.Null); reader.Read())
        {
            var name = ReadName(ref reader);
            reader.Read();
            items[name] = ReadText(ref reader);
        }

        return items;
    }

    internal static IReadOnlyList<RawField> ReadRawMap(ref Utf8JsonReader reader, ReadOnlyMemory<byte> file)
    {
        var items = new List<RawField>();
        for (Enter(ref reader, JsonTokenType.StartObject); reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.Null); reader.Read())
        {
            var name = ReadName(ref reader);
            reader.Read();
            items.Add(ReadRaw(ref reader, name, file));
        }

        return items;
    }

    internal static RawField ReadRaw(ref Utf8JsonReader reader, string name, ReadOnlyMemory<byte> file)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new RawField(name, file[start..(int)reader.BytesConsumed]);
    }

    internal static IReadOnlyList<IdMapping> ReadMappings(ref Utf8JsonReader reader)
    {
        var items = new List<IdMapping>();
        for (Enter(ref reader, JsonTokenType.StartArray); reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.Null); reader.Read())
        {
            var numbers = ReadNumbers(ref reader);
            items.Add(new IdMapping(
                numbers.GetValueOrDefault("container_id"), numbers.GetValueOrDefault("host_id"), numbers.GetValueOrDefault("size")));
        }

        return items;
    }

    internal static void WriteText(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    internal static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, long value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }

    internal static void WriteTexts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }
    }

    internal static void WriteIds(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<uint> values)
    {
        if (values.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }
    }

    internal static void WriteNumbers(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, long> values)
    {
        if (values.Count > 0)
        {
            json.WriteStartObject(name);
            foreach (var (key, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteNumber(key, value);
            }

            json.WriteEndObject();
        }
    }

    internal static void WriteTextMap(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count > 0)
        {
            json.WriteStartObject(name);
            foreach (var (key, value) in values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }
    }

    internal static void WriteRaw(Utf8JsonWriter json, IReadOnlyList<RawField> fields)
    {
        foreach (var field in fields)
        {
            json.WritePropertyName(field.Name);
            json.WriteRawValue(field.Json.Span, skipInputValidation: true);
        }
    }

    internal static void WriteRawMap(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<RawField> fields)
    {
        if (fields.Count > 0)
        {
            json.WriteStartObject(name);
            WriteRaw(json, fields);
            json.WriteEndObject();
        }
    }

    internal static void WriteMappings(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<IdMapping> values)
    {
        if (values.Count > 0)
        {
            json.WriteStartArray(name);
            foreach (var value in values)
            {
                json.WriteStartObject();
                json.WriteNumber("container_id"u8, value.ContainerId);
                json.WriteNumber("host_id"u8, value.HostId);
                json.WriteNumber("size"u8, value.Size);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    /// <summary>Enters an array or object; leaves the reader at a null.</summary>
    private static void Enter(ref Utf8JsonReader reader, JsonTokenType expected)
    {
        if (reader.TokenType == expected)
        {
            reader.Read();
        }
        else if (reader.TokenType != JsonTokenType.Null)
        {
            throw new JsonException($"found {reader.TokenType} instead of {expected}");
        }
    }
}
