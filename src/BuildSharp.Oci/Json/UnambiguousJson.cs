using System.Text.Json;
using System.Text.Unicode;

namespace BuildSharp.Oci;

/// <summary>JSON that every reader understands, and in the same way.</summary>
public static class UnambiguousJson
{
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a value in which no field is given twice. Whether its strings are text is found out when they are asked for
    /// (<see cref="InvalidOperationException"/>).</summary>
    /// <exception cref="FormatException">A field is given twice, or the bytes are not UTF-8.</exception>
    /// <exception cref="JsonException">It is not valid JSON.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> json)
    {
        RequireUtf8(json);
        try
        {
            return JsonElement.Parse(json, NoDuplicates);
        }
        catch (JsonException)
        {
            // The runtime says of a field that is given twice only how its name begins.
            Require(json);
            throw;
        }
    }

    /// <summary>Finds now what a lazy parser would tell only when somebody asks for it: a text that is none, and a field given twice.</summary>
    /// <exception cref="FormatException">There is such a mistake.</exception>
    /// <exception cref="JsonException">It is not valid JSON.</exception>
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
