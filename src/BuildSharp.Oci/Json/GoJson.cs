using System.Buffers;
using System.Text.Json;

namespace BuildSharp.Oci.Json;

/// <summary>Writes JSON as Go's encoder does, so that bytes and digests equal those of other image tools.</summary>
/// <remarks>Fields keep the order in which they are written; the caller sorts maps by <see cref="KeyOrder"/>. Escaping:
/// <see cref="GoJsonEncoder"/>.</remarks>
public static class GoJson
{
    private const int FirstBuffer = 8 << 10;
    private const int KeptBuffer = 256 << 10;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _idle;

    /// <summary>Options of a writer that puts everything on one line, without spaces.</summary>
    public static JsonWriterOptions Compact => new() { Encoder = GoJsonEncoder.Instance, SkipValidation = true };

    /// <summary>Options of a writer that indents by four spaces, as <c>inspect</c> commands of Go tools do.</summary>
    public static JsonWriterOptions Indented => Compact with { Indented = true, IndentSize = 4, NewLine = "\n" };

    /// <summary>Order in which Go writes the keys of a map: by their UTF-8 bytes.</summary>
    public static IComparer<string> KeyOrder => Utf8Order.Instance;

    /// <summary>Returns the bytes that <paramref name="write"/> writes.</summary>
    /// <param name="write">Writes exactly one value.</param>
    /// <param name="indented">Whether to use <see cref="Indented"/> instead of <see cref="Compact"/>.</param>
    public static byte[] ToBytes(Action<Utf8JsonWriter> write, bool indented = false)
    {
        // Reuse the grown buffer for the next document. It is taken out of the field meanwhile, because documents may be nested.
        var buffer = _idle ?? new ArrayBufferWriter<byte>(FirstBuffer);
        _idle = null;
        using (var writer = new Utf8JsonWriter(buffer, indented ? Indented : Compact))
        {
            write(writer);
        }

        var bytes = buffer.WrittenSpan.ToArray();
        buffer.ResetWrittenCount();
        _idle = buffer.Capacity <= KeptBuffer ? buffer : null;
        return bytes;
    }

    /// <summary>As <see cref="ToBytes"/>, for a value of roughly known length; avoids the final copy.</summary>
    /// <param name="length">Approximate length in bytes.</param>
    /// <param name="write">Writes exactly one value.</param>
    public static ReadOnlyMemory<byte> ToMemory(int length, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(length);
        using (var writer = new Utf8JsonWriter(buffer, Compact))
        {
            write(writer);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Writes a property unless its value is null or empty, like a Go string field with <c>omitempty</c>.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            writer.WriteString(name, value);
        }
    }

    /// <summary>Writes a list of strings, or <c>null</c> when there is none, like a nil slice in Go.</summary>
    public static void WriteListOrNull(this Utf8JsonWriter writer, string name, IReadOnlyList<string>? values)
    {
        if (values is null or { Count: 0 })
        {
            writer.WriteNull(name);
            return;
        }

        WriteOptional(writer, name, values);
    }

    /// <summary>Writes a list of strings unless it is null or empty.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string name, IReadOnlyList<string>? values)
    {
        if (values is null or { Count: 0 })
        {
            return;
        }

        WriteList(writer, name, values);
    }

    /// <summary>Writes a list of strings, even if it is empty.</summary>
    public static void WriteList(this Utf8JsonWriter writer, string name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a map of strings in Go's key order unless it is null or empty.</summary>
    public static void WriteOptional(this Utf8JsonWriter writer, string name, IReadOnlyDictionary<string, string>? map)
    {
        if (map is null or { Count: 0 })
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, KeyOrder))
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes a set as an object of empty objects in Go's key order, the shape of <c>ExposedPorts</c> and <c>Volumes</c>,
    /// unless it is null or empty.</summary>
    public static void WriteOptionalSet(this Utf8JsonWriter writer, string name, IReadOnlyCollection<string>? keys)
    {
        if (keys is null or { Count: 0 })
        {
            return;
        }

        writer.WriteStartObject(name);
        foreach (var key in keys.Distinct(StringComparer.Ordinal).Order(KeyOrder))
        {
            writer.WriteStartObject(key);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(string? x, string? y)
        {
            var (left, right) = (x ?? "", y ?? "");
            var common = left.AsSpan().CommonPrefixLength(right);
            return common == left.Length || common == right.Length
                ? left.Length.CompareTo(right.Length)
                : Weight(left[common]).CompareTo(Weight(right[common]));
        }

        // In UTF-16 surrogates (code points from U+10000) sort below U+E000 to U+FFFF; in UTF-8 they sort above.
        private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
    }
}
