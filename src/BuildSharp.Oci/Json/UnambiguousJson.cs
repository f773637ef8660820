using System.Text.Json;
using System.Text.Unicode;

namespace BuildSharp.Oci.Json;

/// <summary>Parses JSON that every reader interprets in the same way.</summary>
public static class UnambiguousJson
{
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    /// <summary>Parses a value and rejects duplicate fields. Invalid strings are detected only when they are read
    /// (<see cref="InvalidOperationException"/>).</summary>
    /// <exception cref="FormatException">A field occurs twice, or the bytes are not UTF-8.</exception>
    /// <exception cref="JsonException">The bytes are not valid JSON.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        RequireUtf8(json);
        try
        {
            return JsonElement.Parse(json, NoDuplicates);
        }
        catch (JsonException)
        {
            // The runtime's own message has only the beginning of the duplicate field's name.
            Require(json);
            throw;
        }
    }

    /// <summary>Detects errors that a lazy parser reports only when the value is read: invalid strings and duplicate fields.</summary>
    /// <exception cref="FormatException">A field occurs twice, or a string is invalid.</exception>
    /// <exception cref="JsonException">The bytes are not valid JSON.</exception>
    public static void Require(ReadOnlySpan<byte> json)
    {
        RequireUtf8(json);
        var reader = new Utf8JsonReader(json);
        var fields = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    fields.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.EndObject:
                    fields.Pop();
                    break;
                case JsonTokenType.PropertyName when TextOf(reader) is var name && !fields.Peek().Add(name):
                    throw new FormatException($"the field \"{name}\" occurs twice");
                case JsonTokenType.String when reader.ValueIsEscaped:
                    _ = TextOf(reader);
                    break;
            }
        }
    }

    private static void RequireUtf8(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new FormatException("not valid UTF-8");
        }
    }

    private static string TextOf(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException e)
        {
            throw new FormatException("a string holds half of a surrogate pair", e);
        }
    }
}
