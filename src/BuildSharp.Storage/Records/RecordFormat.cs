using System.Buffers;
using System.Text.Json;
using BuildSharp.Linux;

namespace BuildSharp.Storage;

/// <summary>How one kind of record looks as JSON.</summary>
internal abstract class RecordFormat<T>
    where T : StoredRecord
{
    /// <summary>Reads the record whose opening brace is the current token.</summary>
    internal abstract T Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> file, RecordOrigin origin);

    /// <summary>Writes the known fields in the order of Go's tools.</summary>
    internal abstract void Write(Utf8JsonWriter json, T record);

    /// <summary>Reads a file of records; one that is missing is empty.</summary>
    internal List<T> ReadFile(string path, RecordOrigin origin)
    {
        byte[]? file;
        try
        {
            file = FileDescriptor.TryReadAll(path);
        }
        catch (LinuxException e)
        {
            throw StoreErrors.Describe(e, "read", path);
        }

        try
        {
            return file is null ? [] : Parse(file, origin);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw StoreErrors.Corrupt(path, e);
        }
    }

    /// <summary>The file's content for the records: one array on one line.</summary>
    /// <param name="records">The records.</param>
    /// <param name="output">A buffer of an earlier call to use again; null for a new one, which holds it all: the records that are kept,
    /// and room for a new one.</param>
    internal ArrayBufferWriter<byte> Serialize(IReadOnlyList<T> records, ArrayBufferWriter<byte>? output = null)
    {
        output ??= new ArrayBufferWriter<byte>(records.Sum(record => record.Raw.Length + 1) + 4096);
        output.ResetWrittenCount();
        using var json = new Utf8JsonWriter(output, Oci.GoJson.Compact);
        json.WriteStartArray();
        foreach (var record in records)
        {
            if (!record.Raw.IsEmpty)
            {
                json.WriteRawValue(record.Raw.Span, skipInputValidation: true);
                continue;
            }

            json.WriteStartObject();
            Write(json, record);
            JsonFields.WriteRaw(json, record.Unknown);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        return output;
    }

    private List<T> Parse(byte[] file, RecordOrigin origin)
    {
        var records = new List<T>();
        var reader = new Utf8JsonReader(file);
        if (!reader.Read() || reader.TokenType == JsonTokenType.Null)
        {
            return records;
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("it is not a list of records");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("a record is not an object");
            }

            var record = Read(ref reader, file, origin);
            records.Add(record.Id.Length > 0 ? record : throw new JsonException("a record has no id"));
        }

        if (reader.Read())
        {
            throw new JsonException("something follows the list");
        }

        return records;
    }
}

/// <summary>Where records come from.</summary>
/// <param name="StoreRoot">Graph root of their store.</param>
/// <param name="IsReadOnly">Whether it is an additional store.</param>
/// <param name="IsVolatile">Whether it is the file of volatile records.</param>
internal readonly record struct RecordOrigin(string StoreRoot, bool IsReadOnly = false, bool IsVolatile = false);
