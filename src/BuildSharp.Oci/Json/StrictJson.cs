using System.Text.Json;

namespace BuildSharp.Oci.Json;

/// <summary>Parses untrusted JSON: bounded, valid UTF-8, at most 64 levels deep, without duplicate keys, with nothing after the
/// value.</summary>
/// <remarks>Two readers that resolve a duplicate key differently would see two images under one digest, so duplicates are an
/// error.</remarks>
public static class StrictJson
{
    /// <summary>Parses <paramref name="json"/> and passes its value to <paramref name="read"/>.</summary>
    /// <param name="json">The whole text.</param>
    /// <param name="limit">Maximum length in bytes.</param>
    /// <param name="what">Name of the document at the start of error messages, for example <c>image config</c>.</param>
    /// <param name="read">Converts the value; must not keep the element.</param>
    /// <exception cref="BuildSharpException">The text breaks a rule above, or <paramref name="read"/> found a field of a wrong
    /// type.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, int limit, string what, Func<JsonFields, T> read) =>
        ReadValue(json, limit, what, element => read(JsonFields.Of(element, what)));

    /// <summary>As <see cref="Read"/>, for a list of objects.</summary>
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

        try
        {
            return read(UnambiguousJson.Parse(json));
        }
        catch (JsonException e)
        {
            throw new BuildSharpException($"{what}: not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine}", e);
        }
        catch (FormatException e)
        {
            throw new BuildSharpException($"{what}: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // System.Text.Json throws this for an escaped lone surrogate.
            throw new BuildSharpException($"{what}: a string holds an invalid escape", e);
        }
    }
}
