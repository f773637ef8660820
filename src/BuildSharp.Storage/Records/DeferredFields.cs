using System.Text.Json;
using System.Text.Unicode;

namespace BuildSharp.Storage;

/// <summary>Finds the places of fields that are read when somebody asks: of a thousand images one is wanted, and what the others' files
/// are called is most of images.json.</summary>
internal static class DeferredFields
{
    /// <summary>Steps over an array or object of plain texts or whole numbers, which cannot fail to be read later.</summary>
    /// <param name="reader">At the value.</param>
    /// <param name="file">What it reads.</param>
    /// <param name="expected">Whether it must be an array or an object.</param>
    /// <param name="isNumbers">Whether it holds numbers.</param>
    /// <param name="place">The value's bytes.</param>
    /// <returns>False, and the reader where it was, for anything else: it is to be read now, and its mistake told.</returns>
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
