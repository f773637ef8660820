using System.Text.Json;
using System.Text.Unicode;

namespace BuildSharp.Oci;

/// <summary>Reads JSON that came from outside: bounded, valid UTF-8, at most 64 levels deep, no duplicate keys, nothing after the value.</summary>
/// <remarks>Two readers that resolve a duplicate key differently see two images under one digest; so duplicates are an error.</remarks>
internal static class StrictJson
{
    private const int FewKeys = 8;

    /// <summary>Runs <paramref name="read"/> on the one value in <paramref name="json"/>.</summary>
    /// <param name="json">The whole text.</param>
    /// <param name="limit">Most bytes accepted.</param>
    /// <param name="what">What is being read, as the start of error messages, for example <c>image config</c>.</param>
    /// <param name="read">Makes the value; must not keep the element.</param>
    /// <exception cref="BuildSharpException">The text breaks a rule above, or <paramref name="read"/> found a field of a wrong type.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, int limit, string what, Func<JsonFields, T> read) =>
        ReadValue(json, limit, what, element => read(JsonFields.Of(element, what)));

    /// <summary>As <see cref="Read"/>, of a list of objects.</summary>
    public static IReadOnlyList<T> ReadList<T>(ReadOnlySpan<byte> json, int limit, string what, Func<JsonFields, T> read) =>
        ReadValue(json, limit, what, element => element.ValueKind == JsonValueKind.Array
            ? element.EnumerateArray().Select(item => read(JsonFields.Of(item, what))).ToList()
            : throw new BuildSharpException($"{what}: expected a JSON list"));

    private static T ReadValue<T>(ReadOnlySpan<byte> json, int limit, string what, Func<JsonElement, T> read)
    {
        if (json.Length > limit)
        {
            throw new BuildSharpException($"{what}: {json.Length:N0} bytes are more than the {limit:N0} allowed");
        }

        if (!Utf8.IsValid(json))
        {
            throw new BuildSharpException($"{what}: not valid UTF-8");
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            // Read throws on anything but white space.
            reader.Read();
            RejectDuplicates(document.RootElement, what);
            return read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new BuildSharpException($"{what}: not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}", e);
        }
        catch (InvalidOperationException e)
        {
            // What System.Text.Json throws for an escaped half of a surrogate pair.
            throw new BuildSharpException($"{what}: a string holds an invalid escape", e);
        }
    }

    private static string? RepeatedKey(JsonElement element)
    {
        if (element.GetPropertyCount() > FewKeys)
        {
            return RepeatedAmongMany(element);
        }

        // Few are compared with each other where they stand: no set for each of the hundred entries of a history.
        var place = 0;
        foreach (var property in element.EnumerateObject())
        {
            var (name, before) = (property.Name, place++);
            foreach (var earlier in element.EnumerateObject())
            {
                if (before-- == 0)
                {
                    break;
                }

                if (earlier.NameEquals(name))
                {
                    return name;
                }
            }
        }

        return null;
    }

    private static string? RepeatedAmongMany(JsonElement element)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var property in element.EnumerateObject())
        {
            if (!seen.Add(property.Name))
            {
                return property.Name;
            }
        }

        return null;
    }

    private static void RejectDuplicates(JsonElement element, string what)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            if (RepeatedKey(element) is { } name)
            {
                throw new BuildSharpException($"{what}: the key \"{name}\" occurs twice");
            }

            foreach (var property in element.EnumerateObject())
            {
                RejectDuplicates(property.Value, what);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                RejectDuplicates(item, what);
            }
        }
    }
}
