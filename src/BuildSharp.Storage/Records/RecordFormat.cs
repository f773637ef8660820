using System.Buffers;
using System.Text.Json;
using BuildSharp.Linux;

namespace BuildSharp.Storage.Records;

/// <summary>JSON format of one kind of record.</summary>
internal abstract class RecordFormat<T>
    where T : StoredRecord
{
    /// <summary>Reads a record; the current token is its opening brace.</summary>
    internal abstract T Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> file, RecordOrigin origin);

    /// <summary>Writes the known fields in the order of the Go tools.</summary>
    internal abstract void Write(Utf8JsonWriter json, T record);

    /// <summary>Reads a file of records; a missing file is empty.</summary>
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

    /// <summary>Serialises the records as one array on one line.</summary>
    /// <param name="records">The records.</param>
    /// <param name="output">A buffer from an earlier call to reuse; null for a new one, allocated large enough for the records and one
    /// more.</param>
    internal ArrayBufferWriter<byte> Serialize(IReadOnlyList<T> records, ArrayBufferWriter<byte>? output = null)
    {
        output ??= new ArrayBufferWriter<byte>(records.Sum(record => record.Raw.Length + 1) + 4096);
        output.ResetWrittenCount();
        using var json = new Utf8JsonWriter(output, BuildSharp.Oci.Json.GoJson.Compact);
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

/// <summary>The store and file that a record was read from.</summary>
/// <param name="StoreRoot">Graph root of the store.</param>
/// <param name="IsReadOnly">Whether the store is an additional one.</param>
/// <param name="IsVolatile">Whether the file is the one for volatile records.</param>
internal readonly record struct RecordOrigin(string StoreRoot, bool IsReadOnly = false, bool IsVolatile = false);
