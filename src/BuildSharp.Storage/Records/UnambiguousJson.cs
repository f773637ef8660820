using System.Text.Json;
using System.Text.Unicode;

namespace BuildSharp.Storage;

/// <summary>JSON that every reader understands, and in the same way.</summary>
public static class UnambiguousJson
{
    /// <summary>Finds now what a lazy parser would tell only when somebody asks for it: a text that is none, and a field given twice.</summary>
    /// <exception cref="FormatException">There is such a mistake.</exception>
    /// <exception cref="JsonException">It is not valid JSON.</exception>
    public static void Require(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            throw new FormatException("not valid UTF-8");
        }

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
