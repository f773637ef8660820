using System.Text.Json;
using System.Text.Unicode;

namespace BuildSharp.Storage.Records;

/// <summary>Finds fields that are parsed only when needed. A command usually needs one image of many, and the data about the other images'
/// files makes up most of images.json.</summary>
internal static class DeferredFields
{
    /// <summary>Skips an array or object that contains only simple strings or integers, which can always be parsed later.</summary>
    /// <param name="reader">Positioned at the value.</param>
    /// <param name="file">The bytes that the reader reads.</param>
    /// <param name="expected">Start of an array or of an object.</param>
    /// <param name="isNumbers">Whether the values are integers instead of strings.</param>
    /// <param name="place">The bytes of the value.</param>
    /// <returns>False for any other content, with the reader unchanged: the caller parses it immediately, so that errors are
    /// reported.</returns>
    internal static bool TryStepOver(ref Utf8JsonReader reader, ReadOnlyMemory<byte> file, JsonTokenType expected, bool isNumbers, out ReadOnlyMemory<byte> place)
    {
        place = default;
        if (reader.TokenType != expected)
        {
            return false;
        }

        var end = expected == JsonTokenType.StartObject ? JsonTokenType.EndObject : JsonTokenType.EndArray;
        var start = (int)reader.TokenStartIndex;
        var probe = reader;
        while (probe.Read() && probe.TokenType != end)
        {
            if (probe.TokenType == JsonTokenType.PropertyName)
            {
                if (!IsPlain(probe) || !probe.Read())
                {
                    return false;
                }
            }

            if (isNumbers ? probe.TokenType != JsonTokenType.Number || !probe.TryGetInt64(out _) : probe.TokenType != JsonTokenType.String || !IsPlain(probe))
            {
                return false;
            }
        }

        reader = probe;
        place = file[start..(int)probe.BytesConsumed];
        return true;
    }

    private static bool IsPlain(in Utf8JsonReader reader) => !reader.ValueIsEscaped && Utf8.IsValid(reader.ValueSpan);
}
